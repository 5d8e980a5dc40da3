//! The files that queries name (`externaldata`), as far as whoever runs them allows.
//!
//! In: sources, columns and options as the query has them, and what the person at the command line allows. Out: the records. Files of this
//! machine are read; the network only from hosts that were named, through redirects too, with limits on bytes and time and a cache on disk.
//! A URI may hold a secret (a SAS token): messages name its host and no more.

mod cache;
mod fetch;
mod source;
mod unpack;

use std::path::PathBuf;

use engine::{Error, External, ExternalRows};
use semantics::external::ExternalFormat;

use crate::formats::{Account, read_declared};

use source::Source;

/// Bytes of one source: Kusto's own limit is 100 MB.
pub(crate) const BYTES_MAX: u64 = 100 << 20;
/// Bytes that a compressed source may expand to; all of them are in memory at once.
pub(crate) const EXPANDED_BYTES_MAX: u64 = 256 << 20;

/// What becomes of a source on a host that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unallowed {
    /// The query fails, and says which host it wants.
    #[default]
    Refused,
    /// It is an empty file, with a warning.
    Empty,
}

/// What queries may read besides the tables.
#[derive(Debug, Clone, Default)]
pub struct Externals {
    /// Hosts that may be asked: `name`, or `name:port` for a port that is not the scheme's own.
    pub allowed_hosts: Vec<String>,
    /// What becomes of the others.
    pub unallowed: Unallowed,
    /// The folder in which answers of hosts are kept; none keeps none.
    pub cache: Option<PathBuf>,
}

impl Externals {
    /// Reads every source, in order.
    ///
    /// # Errors
    /// [`Error::Environment`]: a source that cannot or may not be read, or is not of its format.
    pub fn read(&self, external: &External) -> Result<ExternalRows, Error> {
        let mut rows = ExternalRows::default();
        for text in &external.sources {
            let source = Source::parse(text).map_err(Error::Environment)?;
            if let (Source::Remote(remote), Unallowed::Empty) = (&source, self.unallowed)
                && !fetch::is_allowed(&self.allowed_hosts, &remote.place)
            {
                rows.warnings.push(format!("`{}` is not asked: the host is not allowed", remote.place));
                continue;
            }
            self.read_one(&source, external, &mut rows)
                .map_err(|sentence| Error::Environment(format!("`externaldata` cannot read {source}: {sentence}")))?;
        }
        Ok(rows)
    }

    fn read_one(&self, source: &Source, external: &External, rows: &mut ExternalRows) -> Result<(), String> {
        let bytes = match source {
            Source::File(path) => source::file_bytes(path)?,
            Source::Remote(remote) => {
                let fetched = fetch::fetch(remote, self)?;
                rows.warnings.extend(fetched.warning.map(|warning| format!("{source}: {warning}")));
                fetched.bytes
            }
        };
        let format = external.options.format.unwrap_or_else(|| ExternalFormat::of_file(source.file_name()));
        for file in unpack::files(bytes, external.options.zip_pattern.as_deref())? {
            let mut account = Account::new(source.to_string());
            let batches = read_declared(&file, format, external.options.skips_first, &external.columns, &mut account)?;
            rows.batches.extend(batches);
            let summary = account.finish();
            if let Some(first) = &summary.first_bad {
                let records = if summary.bad == 1 { "1 record".to_owned() } else { format!("{} records", summary.bad) };
                rows.warnings.push(format!(
                    "{records} of {source} could not be read; the first, at byte {}: {}",
                    first.offset, first.reason
                ));
            }
            rows.warnings.extend(summary.notes.iter().map(|note| format!("{source}: {note}")));
        }
        Ok(())
    }
}
