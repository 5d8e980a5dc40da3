//! The data of the command line: files → a database, what there is to say about reading them, and what `now()` is.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use engine::{Database, NoTables};
use semantics::time;

use crate::arguments::DataOptions;
use crate::console::Console;
use crate::failure::Failure;

/// Tables to query and the moment to query them at.
pub(crate) struct Data {
    /// The tables.
    pub(crate) database: Arc<dyn Database>,
    /// Ticks.
    pub(crate) now: i64,
}

/// Reads what `--data` and `--table` name.
pub(crate) async fn open(options: &DataOptions, _console: &Console) -> Result<Data, Failure> {
    if !options.data.is_empty() || !options.table.is_empty() {
        return Err(Failure::Unsupported("--data".to_owned()));
    }
    Ok(Data { database: Arc::new(NoTables), now: options.now.unwrap_or_else(clock) })
}

/// The clock, in ticks.
fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ticks = i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX);
    time::UNIX_EPOCH.saturating_add(ticks)
}
