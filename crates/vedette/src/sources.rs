//! What queries may read besides tables, as the command line says it: watchlists, files elsewhere, an address database.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lake::{Externals, Unallowed, Watchlist, WatchlistRows};

use crate::arguments::named_file;
use crate::failure::Failure;

/// What queries read by themselves.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sources")]
pub(crate) struct SourceOptions {
    /// Reads a CSV file with a header as the watchlist of that alias, for _GetWatchlist('ALIAS') (may be repeated)
    #[arg(long, value_parser = named_file, value_name = "ALIAS=FILE")]
    watchlist: Vec<(String, PathBuf)>,
    /// The column of a watchlist whose values are its search keys; without it a column SearchKey, or else the first
    #[arg(long, value_parser = named_column, value_name = "ALIAS=COLUMN")]
    watchlist_key: Vec<(String, String)>,
    /// Lets externaldata read from a host over HTTP and HTTPS: NAME, or NAME:PORT (may be repeated)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// What externaldata gives for a host that is not allowed
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    external: ExternalMode,
    /// Where answers of hosts are kept for an hour [default: vedette/external in the user's cache folder]
    #[arg(long, value_name = "FOLDER")]
    external_cache: Option<PathBuf>,
    /// An address database in MaxMind's format with cities (GeoLite2-City.mmdb), for geo_info_from_ip_address()
    #[arg(long, value_name = "FILE")]
    pub(crate) geoip: Option<PathBuf>,
    /// A CSV file of what is known of files, for FileProfile(): a column SHA1 or SHA256, and columns such as GlobalPrevalence
    #[arg(long, value_name = "FILE")]
    pub(crate) file_profiles: Option<PathBuf>,
}

/// What `externaldata` gives for a host that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ExternalMode {
    /// The query fails and names the host
    #[default]
    Error,
    /// An empty table, with a warning
    Empty,
}

impl SourceOptions {
    /// The watchlists of the command line.
    ///
    /// # Errors
    /// A key of a watchlist that is not given: a misspelt alias would leave its rows without the key that was meant.
    pub(crate) fn watchlists(&self) -> Result<Vec<Watchlist>, Failure> {
        let keyed = self.watchlist_key.iter().find(|(alias, _)| self.watchlist.iter().all(|(known, _)| known != alias));
        if let Some((alias, column)) = keyed {
            return Err(Failure::Usage(format!("--watchlist-key {alias}={column} needs --watchlist {alias}=FILE")));
        }
        let key =
            |alias: &str| self.watchlist_key.iter().rfind(|(keyed, _)| keyed == alias).map(|(_, key)| key.clone());
        let watchlists = self.watchlist.iter().map(|(alias, path)| Watchlist {
            alias: alias.clone(),
            rows: WatchlistRows::File(path.clone()),
            key: key(alias),
        });
        Ok(watchlists.collect())
    }

    /// What `externaldata` may read.
    pub(crate) fn externals(&self) -> Externals {
        Externals {
            allowed_hosts: self.allow_host.clone(),
            unallowed: match self.external {
                ExternalMode::Error => Unallowed::Refused,
                ExternalMode::Empty => Unallowed::Empty,
            },
            cache: self.external_cache.clone().or_else(cache_folder),
        }
    }
}

/// The place that each system has for such files; none when it tells none.
fn cache_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        folder("HOME")?.join("Library/Caches")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?
    };
    Some(base.join("vedette").join("external"))
}

fn named_column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((alias, column)) if !alias.is_empty() && !column.is_empty() => Ok((alias.to_owned(), column.to_owned())),
        _ => Err(format!("expected ALIAS=COLUMN, found `{text}`")),
    }
}
