//! The care of a lake: what is in it, small files made large ones, old days and files that nobody names taken away.
//!
//! In: a lake, and what a person or a schedule asks for. Out: the same rows, but for those that are too old to be kept. Each change is a commit like
//! any other: who reads meanwhile sees the table before or after it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use chrono::{DateTime, Days, NaiveDate};
use datafusion::object_store::path::Path;
use deltalake_core::kernel::Add;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::columns::stored_field;
use super::place::is_own;
use super::table::{Change, LakeTable, Part, commit};
use super::write::{PART_ROWS_MAX, Sorted, write};
use super::{Lake, Writer, as_of, history, terms};
use crate::error::{Error, Result};

/// A file of this size and more is left alone.
const LARGE_BYTES: u64 = 128 << 20;
/// Files that are made one at once, in bytes: a few times that is in memory.
const JOINED_BYTES_MAX: u64 = 160 << 20;
/// The setting of a table that says how many days are kept.
const RETENTION: &str = "vedette.retentionDays";

/// What a table of a lake is like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableStatus {
    /// The table.
    pub name: String,
    /// The version of its log.
    pub version: u64,
    /// Rows, as far as the log tells.
    pub rows: u64,
    /// Files.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
    /// The first and the last day of events.
    pub days: Option<(String, String)>,
    /// How many days are kept; all when `None`.
    pub retention_days: Option<u64>,
    /// Why the table cannot be read; then the rest is not known.
    pub unreadable: Option<String>,
}

/// What was made of small files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that are gone.
    pub before: usize,
    /// Files in their place.
    pub after: usize,
}

impl Lake {
    /// What each table is like.
    pub async fn status(&self) -> Result<Vec<TableStatus>> {
        let mut all = vec![];
        for name in self.place.folders().await? {
            match self.table_status(&name).await {
                Ok(status) => all.extend(status),
                Err(error @ Error::Bug(_)) => return Err(error),
                Err(error) => {
                    all.push(TableStatus { name, unreadable: Some(as_of::reason(&error)), ..TableStatus::default() });
                }
            }
        }
        Ok(all)
    }

    async fn table_status(&self, name: &str) -> Result<Option<TableStatus>> {
        let Some(table) = self.table(name, None).await? else { return Ok(None) };
        let parts = table.parts()?;
        let days: BTreeSet<&String> = parts.iter().filter_map(|part| part.day.as_ref()).collect();
        Ok(Some(TableStatus {
            name: name.to_owned(),
            version: table.version(),
            rows: parts.iter().filter_map(|part| part.stats.rows).sum(),
            files: parts.len(),
            bytes: parts.iter().map(|part| part.bytes).sum(),
            days: days.first().zip(days.last()).map(|(first, last)| ((*first).clone(), (*last).clone())),
            retention_days: retention(&table),
            unreadable: None,
        }))
    }

    /// Makes one file of the small files of a day. `waits` is told when another process writes.
    pub async fn compact(&self, table: &str, waits: &(dyn Fn() + Sync)) -> Result<Compacted> {
        let writer = self.writer(waits).await?;
        let table = self.existing(table).await?;
        let mut done = Compacted::default();
        for small in joined(&table.parts()?) {
            let added = writer.join(&table, &small).await?;
            done.before += small.len();
            done.after += added;
        }
        Ok(done)
    }

    /// Sets how many days of a table are kept; all with `None`. `waits` is told when another process writes.
    pub async fn set_retention(&self, table: &str, days: Option<u64>, waits: &(dyn Fn() + Sync)) -> Result<()> {
        let _writer = self.writer(waits).await?;
        let table = self.existing(table).await?;
        let value = days.map_or_else(String::new, |days| days.to_string());
        let change = Change { settings: HashMap::from([(RETENTION.to_owned(), value)]), ..Change::default() };
        commit(&self.place, &table.name, &[], &change).await.map(|_| ())
    }

    /// Takes away days that are older than a table keeps; `now` is in microseconds since 1970. Gives how many files that were. `waits` is told
    /// when another process writes.
    pub async fn retain(&self, table: &str, now: i64, waits: &(dyn Fn() + Sync)) -> Result<usize> {
        let _writer = self.writer(waits).await?;
        let table = self.existing(table).await?;
        let Some(days) = retention(&table) else { return Ok(0) };
        let today = DateTime::from_timestamp_micros(now).map(|time| time.date_naive()).unwrap_or(NaiveDate::MAX);
        let Some(first) = today.checked_sub_days(Days::new(days)) else { return Ok(0) };
        let first = first.format("%Y-%m-%d").to_string();
        let parts = table.parts()?;
        let is_old = |part: &&Part| part.day.as_ref().is_some_and(|day| *day < first);
        let old: BTreeSet<&str> = parts.iter().filter(is_old).map(|part| part.path.as_str()).collect();
        if old.is_empty() {
            return Ok(0);
        }
        let removed = table.removals(&old, true)?;
        let count = removed.len();
        commit(&self.place, &table.name, &[], &Change { removed, ..Change::default() }).await?;
        Ok(count)
    }

    /// Takes files away that no version of the last `hours` hours names, and what writers left that died. Gives the paths of the files; with
    /// `dry_run` takes none away. `waits` is told when another process writes.
    pub async fn vacuum(
        &self,
        table: &str,
        hours: u64,
        dry_run: bool,
        waits: &(dyn Fn() + Sync),
    ) -> Result<Vec<String>> {
        let _writer = self.writer(waits).await?;
        let mut table = self.existing(table).await?;
        let mut gone = table.vacuum(hours, dry_run).await?;
        let orphans = table.orphans().await?;
        gone.extend(orphans.iter().map(ToString::to_string));
        if !dry_run {
            for orphan in &orphans {
                self.place.delete(orphan).await?;
            }
            self.place.clear_staged(&[&table.name]).await?;
            table.vacuum_sketches().await?;
        }
        Ok(gone)
    }

    async fn existing(&self, table: &str) -> Result<LakeTable> {
        let found = self.table(table, None).await?;
        found.ok_or_else(|| self.place.failed("", format!("there is no table `{table}`")))
    }
}

fn retention(table: &LakeTable) -> Option<u64> {
    table.retention_days()
}

impl LakeTable {
    /// How many days of rows are kept; all when `None`.
    pub(crate) fn retention_days(&self) -> Option<u64> {
        self.setting(RETENTION)?.parse().ok()
    }
}

/// Small files of one day that become one, of each day that has several.
fn joined(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut days: BTreeMap<&Option<String>, Vec<&Part>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.bytes < LARGE_BYTES && part.stats.rows.is_some()) {
        days.entry(&part.day).or_default().push(part);
    }
    let mut all: Vec<Vec<Part>> = vec![];
    for small in days.into_values() {
        let (mut open, mut bytes, mut rows): (Vec<Part>, u64, u64) = (vec![], 0, 0);
        for part in small {
            let more = part.stats.rows.unwrap_or(0);
            if bytes + part.bytes > JOINED_BYTES_MAX || rows + more > PART_ROWS_MAX as u64 {
                all.push(std::mem::take(&mut open));
                (bytes, rows) = (0, 0);
            }
            bytes += part.bytes;
            rows += more;
            open.push(part.clone());
        }
        all.push(open);
    }
    all.retain(|parts| parts.len() > 1);
    all
}

impl LakeTable {
    /// Our parts that no commit names: those of an ingestion that died before it decided. The lock must be held. In an object store there
    /// may be writers on other machines, whose parts are not committed yet, so that none is an orphan there.
    async fn orphans(&self) -> Result<Vec<Path>> {
        if self.place.folder.is_none() {
            return Ok(vec![]);
        }
        let parts = self.parts()?;
        let commits = history::commits(&self.place, &self.name, u64::MAX).await?;
        let told = commits.iter().flat_map(|commit| {
            let added = commit.added.iter().map(|(path, _)| path.as_str());
            added.chain(commit.removed.iter().map(String::as_str))
        });
        let told: HashSet<Path> = told
            .chain(parts.iter().map(|part| part.path.as_str()))
            .map(|path| self.place.path(&[&self.name, path]))
            .collect();
        let mut files = self.place.files(&self.place.path(&[&self.name])).await?;
        files.retain(|file| is_own(file.as_ref()) && !told.contains(file));
        Ok(files)
    }

    /// Takes away sketches whose part is gone.
    async fn vacuum_sketches(&self) -> Result<()> {
        // Sketches are listed first: one that is written meanwhile is not among them. What has another name is being written.
        let sketches = self.place.files(&self.place.path(&[&self.name, terms::FOLDER])).await?;
        let files = self.place.files(&self.place.path(&[&self.name])).await?;
        let names: HashSet<&str> = files.iter().filter_map(|file| file.filename()).collect();
        for sketch in &sketches {
            let part = sketch.filename().and_then(|name| name.strip_suffix(terms::END));
            if part.is_some_and(|part| !names.contains(part)) {
                self.place.delete(sketch).await?;
            }
        }
        Ok(())
    }
}

impl Writer {
    /// Puts files in the place of others that have the same rows. Gives how many.
    async fn join(&self, table: &LakeTable, parts: &[Part]) -> Result<usize> {
        let columns = table.columns()?;
        let mut batches: Vec<RecordBatch> = vec![];
        for part in parts {
            let path = self.place.path(&[&table.name, &part.path]);
            let bytes = bytes::Bytes::from(self.place.get(&path).await?);
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|builder| builder.build());
            for batch in reader.map_err(|error| table.failed(error))? {
                batches.push(batch.map_err(|error| table.failed(error))?);
            }
        }
        // Columns that a file lacks are absent there: the new file has those that any has.
        let present: Vec<_> = columns
            .iter()
            .filter(|column| batches.iter().any(|batch| batch.column_by_name(&column.name).is_some()))
            .collect();
        let schema = std::sync::Arc::new(arrow::datatypes::Schema::new(
            present.iter().map(|column| stored_field(column)).collect::<Vec<_>>(),
        ));
        let alike: Result<Vec<RecordBatch>> = batches
            .iter()
            .map(|batch| {
                let arrays = present.iter().map(|column| super::columns::stored_or_absent(batch, column));
                RecordBatch::try_new(schema.clone(), arrays.collect::<Result<Vec<_>>>()?).map_err(Error::bug)
            })
            .collect();
        let all = concat_batches(&schema, &alike?).map_err(Error::bug)?;
        let day = parts.first().and_then(|part| part.day.clone());
        let mut added = write(&self.place, &table.name, &columns, Sorted::by_time(all)?, day.as_deref(), 0).await?;
        added.iter_mut().for_each(|add: &mut Add| add.data_change = false);
        let gone: BTreeSet<&str> = parts.iter().map(|part| part.path.as_str()).collect();
        let removed = table.removals(&gone, false)?;
        if removed.len() != parts.len() {
            return Err(table.failed("files to be joined are gone: another process changed the table"));
        }
        let count = added.len();
        commit(&self.place, &table.name, &[], &Change { added, removed, ..Change::default() }).await?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::stats::Stats;

    fn part(day: &str, path: &str, bytes: u64, rows: Option<u64>) -> Part {
        Part { path: path.into(), bytes, day: Some(day.into()), stats: Stats { rows, ..Stats::default() } }
    }

    #[test]
    fn small_files_of_a_day_are_joined_and_large_ones_left() {
        let parts = [
            part("2024-05-01", "a", 10, Some(1)),
            part("2024-05-01", "b", LARGE_BYTES, Some(1)),
            part("2024-05-01", "c", 10, Some(1)),
            part("2024-05-02", "d", 10, Some(1)),
            part("2024-05-03", "e", 10, None),
            part("2024-05-03", "f", 10, Some(1)),
            part("2024-05-04", "g", JOINED_BYTES_MAX / 2, Some(1)),
            part("2024-05-04", "h", JOINED_BYTES_MAX / 2, Some(1)),
            part("2024-05-04", "i", JOINED_BYTES_MAX / 2, Some(1)),
            part("2024-05-05", "j", 1, Some(PART_ROWS_MAX as u64)),
            part("2024-05-05", "k", 1, Some(1)),
        ];
        let joined = joined(&parts);
        let names: Vec<String> =
            joined.iter().map(|parts| parts.iter().map(|part| part.path.as_str()).collect()).collect();
        assert_eq!(names, ["ac", "gh"]);
    }
}
