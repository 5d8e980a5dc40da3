//! What the commands that run rules over a lake have in common: limits, and what queries see besides the lake.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use detect::rule::parse_duration;
use detect::schedule::SECOND;
use detect::store;
use lake::{Content, Watchlist};

use crate::arguments::LimitOptions;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::sources::SourceOptions;

/// A run with more rows fails, unless the command line says otherwise: an alert is for a person.
const ROWS_MAX: usize = 100_000;

/// How rules are run.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RunOptions {
    /// A run that takes longer fails; the others go on
    #[arg(long, default_value = "10m", value_parser = duration, value_name = "DURATION")]
    rule_timeout: i64,
    /// How many rules run at once [default: the number of cores]
    #[arg(long, value_name = "COUNT")]
    parallel: Option<usize>,
    /// Tables, sources, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each, which queries call by name (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    functions: Vec<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    sources: SourceOptions,
}

impl RunOptions {
    pub(crate) fn content(&self) -> Result<Arc<Content>, Failure> {
        data::content_of(self.content.as_deref(), &self.functions)
    }

    pub(crate) fn limits(&self) -> LimitOptions {
        LimitOptions { max_rows: Some(self.limits.max_rows.unwrap_or(ROWS_MAX)), ..self.limits.clone() }
    }

    pub(crate) fn time_max(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.rule_timeout / (SECOND / 1000)).unwrap_or(0))
    }

    pub(crate) fn parallel(&self) -> usize {
        self.parallel.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1)
    }

    /// The watchlists of packs, which those of the command line go before.
    pub(crate) fn watchlists(&self, mut packs: Vec<Watchlist>) -> Result<Vec<Watchlist>, Failure> {
        packs.extend(self.sources.watchlists()?);
        Ok(packs)
    }

    /// What queries see besides a lake.
    pub(crate) fn sources(&self, content: &Arc<Content>, packs: Vec<Watchlist>) -> Result<lake::Options, Failure> {
        Ok(lake::Options {
            content: Some(content.clone()),
            watchlists: self.watchlists(packs)?,
            externals: self.sources.externals(),
            geoip: self.sources.geoip.clone(),
            file_profiles: self.sources.file_profiles.clone(),
            ..lake::Options::default()
        })
    }
}

/// `5m`, `1d12h`, `PT5M`: as rules write it, in ticks.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let seconds =
        parse_duration(text).ok_or_else(|| format!("expected a duration such as 30s, 5m or 1d, found `{text}`"))?;
    seconds.checked_mul(SECOND).ok_or_else(|| format!("`{text}` is too long"))
}

/// The failure that an error of the store is.
pub(crate) fn store_failure(error: store::Error) -> Failure {
    match error {
        store::Error::Lake(error) => data::failure(error),
        store::Error::Engine(error) => executor::failure(&error),
        store::Error::Refused(text) => Failure::Usage(text),
        other @ store::Error::Overtaken(_) => Failure::Environment(other.to_string()),
    }
}
