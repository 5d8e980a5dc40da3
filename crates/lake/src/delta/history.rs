//! What was done to a table: the commits of its log, one by one.
//!
//! In: a table's folder. Out: each commit that the log still has, with what it added and took away, and how many rows and files the table had after
//! it. The log keeps commits for thirty days; what was there before them is known by the newest state, from which the others are counted back.

use std::collections::{HashMap, HashSet};

use datafusion::object_store::path::Path;
use futures::{StreamExt, TryStreamExt, stream};
use semantics::time::UNIX_EPOCH;
use serde_json::Value;

use super::Lake;
use super::place::{LOG, Place};
use super::stats::Stats;
use crate::error::Result;

/// Commits that are read at once.
pub(super) const READS_MAX: usize = 32;
pub(super) const TICKS_PER_MS: i64 = 10_000;

/// A version of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableVersion {
    /// Its number.
    pub version: u64,
    /// When it was committed, in ticks, as the commit tells.
    pub time: Option<i64>,
    /// What was done: `WRITE`, `OPTIMIZE`, `DELETE` …
    pub operation: String,
    /// Rows that the table then had; `None` where the log does not tell.
    pub rows: Option<u64>,
    /// Files that it then had.
    pub files: u64,
    /// Are all of these files there, so that the version can be queried?
    pub is_whole: bool,
}

/// A commit.
#[derive(Debug, Default)]
pub(super) struct Commit {
    pub(super) version: u64,
    /// Milliseconds since 1970.
    pub(super) time: Option<i64>,
    pub(super) operation: String,
    /// Paths of files with their rows.
    pub(super) added: Vec<(String, Option<u64>)>,
    pub(super) removed: Vec<String>,
}

impl Lake {
    /// The versions of a table that its log still tells of, the newest first; `None` when there is no such table.
    ///
    /// - Errors: a log that cannot be read.
    pub async fn history(&self, table: &str) -> Result<Option<Vec<TableVersion>>> {
        let Some(newest) = self.table(table, None).await? else { return Ok(None) };
        let commits = commits(&self.place, table, newest.version()).await?;
        let files = self.place.files(&self.place.path(&[table])).await?;
        let there: HashSet<Path> = files.into_iter().collect();
        let parts: HashMap<String, Option<u64>> =
            newest.parts()?.into_iter().map(|part| (part.path, part.stats.rows)).collect();
        Ok(Some(counted_back(&commits, parts, |path| there.contains(&self.place.path(&[table, path])))))
    }
}

/// The commits of a table up to a version, the oldest first.
pub(super) async fn commits(place: &Place, table: &str, newest: u64) -> Result<Vec<Commit>> {
    let versions = versions(place, table).await?.into_iter().filter(|version| *version <= newest);
    stream::iter(versions).map(|version| commit(place, table, version)).buffered(READS_MAX).try_collect().await
}

/// The versions whose commits are in the log, in order.
pub(super) async fn versions(place: &Place, table: &str) -> Result<Vec<u64>> {
    let log = place.path(&[table, LOG]);
    let files = place.files(&log).await?;
    let version = |path: &Path| {
        let name = path.filename().filter(|_| path.prefix_match(&log).is_some_and(|rest| rest.count() == 1))?;
        name.strip_suffix(".json").filter(|digits| digits.len() == 20)?.parse().ok()
    };
    let mut versions: Vec<u64> = files.iter().filter_map(version).collect();
    versions.sort_unstable();
    Ok(versions)
}

/// A commit; what it holds that this does not know is left out.
pub(super) async fn commit(place: &Place, table: &str, version: u64) -> Result<Commit> {
    let path = place.path(&[table, LOG, &format!("{version:020}.json")]);
    let bytes = place.get(&path).await?;
    let mut commit = Commit { version, ..Commit::default() };
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        let action: Value = serde_json::from_slice(line)
            .map_err(|error| place.failed(table, format!("version {version} of its log is broken: {error}")))?;
        commit.take(&action);
    }
    Ok(commit)
}

impl Commit {
    fn take(&mut self, action: &Value) {
        let path = |action: &Value| action.get("path").and_then(Value::as_str).map(str::to_owned);
        if let Some(info) = action.get("commitInfo") {
            let time = |key: &str| info.get(key).and_then(Value::as_i64);
            self.time = time("inCommitTimestamp").or_else(|| time("timestamp"));
            self.operation = info.get("operation").and_then(Value::as_str).unwrap_or_default().to_owned();
        } else if let Some(add) = action.get("add") {
            let rows = add.get("stats").and_then(Value::as_str).and_then(|stats| Stats::parse(stats).rows);
            self.added.extend(path(add).map(|path| (path, rows)));
        } else if let Some(remove) = action.get("remove") {
            self.removed.extend(path(remove));
        }
    }
}

/// What the table was after each commit, the newest first: `parts` are what it is after the last of them.
fn counted_back(
    commits: &[Commit],
    parts: HashMap<String, Option<u64>>,
    is_there: impl Fn(&str) -> bool,
) -> Vec<TableVersion> {
    let mut rows_of = parts.clone();
    rows_of.extend(commits.iter().flat_map(|commit| commit.added.iter().cloned()));
    let rows = |path: &str| rows_of.get(path).copied().flatten();
    let lost = |path: &str| u64::from(!is_there(path));
    let mut files = parts.len() as u64;
    let mut total: Option<u64> = parts.values().copied().sum();
    let mut gone: u64 = parts.keys().map(|path| lost(path)).sum();
    let mut versions = vec![];
    for commit in commits.iter().rev() {
        versions.push(TableVersion {
            version: commit.version,
            time: commit.time.map(|ms| ms.saturating_mul(TICKS_PER_MS).saturating_add(UNIX_EPOCH)),
            operation: commit.operation.clone(),
            rows: total,
            files,
            is_whole: gone == 0,
        });
        for (path, added) in &commit.added {
            files = files.saturating_sub(1);
            gone = gone.saturating_sub(lost(path));
            total = total.zip(*added).map(|(total, added)| total.saturating_sub(added));
        }
        for path in &commit.removed {
            files += 1;
            gone += lost(path);
            total = total.zip(rows(path)).map(|(total, rows)| total + rows);
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(version: u64, added: &[(&str, u64)], removed: &[&str]) -> Commit {
        Commit {
            version,
            added: added.iter().map(|(path, rows)| ((*path).to_owned(), Some(*rows))).collect(),
            removed: removed.iter().map(|path| (*path).to_owned()).collect(),
            ..Commit::default()
        }
    }

    /// Counted by hand: 3 and then 3 + 4 rows, joined into one file, and the two others vacuumed.
    #[test]
    fn what_a_table_was_is_counted_back_from_what_it_is() {
        let commits = [
            commit(0, &[], &[]),
            commit(1, &[("a", 3)], &[]),
            commit(2, &[("b", 4)], &[]),
            commit(3, &[("c", 7)], &["a", "b"]),
        ];
        let parts = HashMap::from([("c".to_owned(), Some(7))]);
        let versions = counted_back(&commits, parts, |path| path == "c");
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.rows, v.files, v.is_whole)).collect();
        assert_eq!(
            told,
            [(3, Some(7), 1, true), (2, Some(7), 2, false), (1, Some(3), 1, false), (0, Some(0), 0, true)]
        );
    }

    /// The commit that added `a` is not in the log any more: nothing tells how many rows it had.
    #[test]
    fn rows_that_nothing_tells_of_are_unknown() {
        let commits = [commit(7, &[], &[]), commit(8, &[], &["a"])];
        let versions = counted_back(&commits, HashMap::new(), |_| true);
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.rows, v.files)).collect();
        assert_eq!(told, [(8, Some(0), 0), (7, None, 1)]);
    }
}
