//! Tables as they were: at a version of their log, or at a moment.
//!
//! In: what a person asks for. Out: the table at that version. A moment means the last version that was committed then or before, by the time that the
//! commit itself tells, table by table; a table whose first version came later was not there yet. A version whose files a vacuum has taken away is
//! refused by name: some of its rows would be missing.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use semantics::time::UNIX_EPOCH;

use super::history::{self, Commit};
use super::place::Place;
use super::table::LakeTable;
use crate::error::{Error, Result};

/// Commits that are read first when a moment is looked for; each time that they are all too new, twice as many.
const COMMITS_FIRST: usize = 8;

/// A state of a table in its past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A version of its log.
    Version(u64),
    /// A time, in ticks.
    Time(i64),
}

/// When the tables of a lake are looked at; as they are now, unless it says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AsOf {
    /// The time that all tables are seen at, in ticks.
    pub time: Option<i64>,
    /// What single tables are seen at instead.
    pub tables: BTreeMap<String, Moment>,
}

impl AsOf {
    /// What a table is seen at; `None` is now.
    fn moment(&self, table: &str) -> Option<Moment> {
        self.tables.get(table).copied().or(self.time.map(Moment::Time))
    }
}

/// A table at a moment; `None` when there was none of that name.
pub(super) async fn open(place: &Place, name: &str, as_of: &AsOf) -> Result<Option<LakeTable>> {
    let Some(moment) = as_of.moment(name) else { return LakeTable::open(place, name).await };
    if !place.has_log(name).await? {
        return Ok(None);
    }
    let version = match moment {
        Moment::Version(version) => version,
        Moment::Time(ticks) => {
            match version_at(place, name, (ticks - UNIX_EPOCH).div_euclid(history::TICKS_PER_MS)).await? {
                Some(version) => version,
                None => return Ok(None),
            }
        }
    };
    let newest = history::versions(place, name).await?.last().copied().unwrap_or(0);
    if version > newest {
        return Err(place.failed(name, format!("there is no version {version}; the newest is {newest}")));
    }
    let table = LakeTable::load(place, name, Some(version)).await.map_err(|error| {
        let reason = format!("version {version} cannot be read any more: {}", reason(&error));
        place.failed(name, reason)
    })?;
    if let Some(table) = &table {
        check_whole(place, table).await?;
    }
    Ok(table)
}

/// What an error says, without the place, which is told otherwise.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Lake { message, .. } => message.clone(),
        other => other.to_string(),
    }
}

/// The last version that was committed at a time (milliseconds since 1970) or before; `None` when the first one came later.
///
/// - Errors: when the log does not reach back that far.
async fn version_at(place: &Place, name: &str, time: i64) -> Result<Option<u64>> {
    let versions = history::versions(place, name).await?;
    let (mut end, mut count) = (versions.len(), COMMITS_FIRST);
    // Clocks are set back now and then, so that times need not rise with versions: the newest that fits is looked for from the end.
    while end > 0 {
        let start = end.saturating_sub(count);
        let some = versions.get(start..end).unwrap_or_default().to_vec();
        let commits = stream::iter(some).map(|version| history::commit(place, name, version));
        let commits: Vec<Commit> = commits.buffered(history::READS_MAX).try_collect().await?;
        let fits = |commit: &&Commit| commit.time.is_some_and(|committed| committed <= time);
        if let Some(commit) = commits.iter().rfind(fits) {
            return Ok(Some(commit.version));
        }
        (end, count) = (start, count * 2);
    }
    match versions.first() {
        Some(first) if *first > 0 => {
            Err(place.failed(name, format!("its log begins with version {first}, which was committed later than that")))
        }
        _ => Ok(None),
    }
}

/// Refuses a version whose files are not all there.
async fn check_whole(place: &Place, table: &LakeTable) -> Result<()> {
    let there: HashSet<_> = place.files(&place.path(&[&table.name])).await?.into_iter().collect();
    let parts = table.parts()?;
    let gone = parts.iter().filter(|part| !there.contains(&place.path(&[&table.name, &part.path]))).count();
    if gone == 0 {
        return Ok(());
    }
    let version = table.version();
    let message = format!(
        "version {version} has lost {gone} of its {} files to `vedette lake vacuum`; `vedette lake history {}` shows which versions are whole",
        parts.len(),
        table.name
    );
    Err(place.failed(&table.name, message))
}
