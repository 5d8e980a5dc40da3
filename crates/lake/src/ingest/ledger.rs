//! What was read before: the table `_Files`, one row a file, or a row for each part of a long one.
//!
//! In: the rows of the table. Out: what is known of a file's content. A file is told by what is in it: a copy under another name is known, and a
//! log that has grown goes on where it was left. A row without a digest is of a command that changed the lake: what was taken before for the tables in
//! its `Progress` is lost.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Int64Type;
use semantics::{Column, Type};

use crate::delta::{INGESTED, LakeTable, NewRows};
use crate::error::{Error, Result};
use crate::record::Stream;

/// The table.
pub(crate) const FILES: &str = "_Files";

const COLUMNS: [(&str, Type); 9] = [
    ("TimeGenerated", Type::DateTime),
    ("Path", Type::String),
    ("SHA256", Type::String),
    ("Bytes", Type::Long),
    ("Format", Type::String),
    ("Records", Type::Long),
    ("Bad", Type::Long),
    ("IsComplete", Type::Bool),
    ("Progress", Type::Dynamic),
];

/// Rows of each stream that were taken from a file, in the order of the file.
pub(crate) type Progress = BTreeMap<String, u64>;

/// A file, or the part of it that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FileRow {
    /// Ticks.
    pub(crate) time: i64,
    /// Where it was.
    pub(crate) path: String,
    /// The digest of its first `bytes` bytes, in hex.
    pub(crate) sha256: String,
    /// Its size when it was read.
    pub(crate) bytes: u64,
    /// What it was.
    pub(crate) format: String,
    /// Records read, of all parts together.
    pub(crate) records: u64,
    /// Records given up.
    pub(crate) bad: u64,
    /// Was it read to its end?
    pub(crate) is_complete: bool,
    /// How far it was read.
    pub(crate) progress: Progress,
}

/// What is known of files.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    by_content: HashMap<String, FileRow>,
    /// The longest content that a path had.
    by_path: HashMap<String, (u64, String)>,
}

impl Ledger {
    /// Reads the table; empty when there is none.
    pub(crate) async fn read(table: Option<&LakeTable>) -> Result<Self> {
        let mut ledger = Self::default();
        let Some(table) = table else { return Ok(ledger) };
        let mut all = columns();
        all.push(Column::new(INGESTED, Type::DateTime));
        let mut rows: Vec<(i64, FileRow)> = vec![];
        for batch in table.read(&all).await? {
            let times = batch.column_by_name(INGESTED).and_then(|times| times.as_primitive_opt::<Int64Type>());
            let time = |row: usize| times.map_or(0, |times| times.value(row));
            rows.extend(rows_of(&batch)?.into_iter().enumerate().map(|(at, row)| (time(at), row)));
        }
        for row in without_voided(rows) {
            ledger.add(row);
        }
        Ok(ledger)
    }

    /// Takes note of a file.
    pub(crate) fn add(&mut self, row: FileRow) {
        let longest = self.by_path.entry(row.path.clone()).or_default();
        if row.bytes >= longest.0 {
            *longest = (row.bytes, row.sha256.clone());
        }
        match self.by_content.get_mut(&row.sha256) {
            // The one that was read further says more.
            Some(known) if further(known) >= further(&row) => {}
            Some(known) => *known = row,
            None => {
                self.by_content.insert(row.sha256.clone(), row);
            }
        }
    }

    /// What is known of the content with that digest.
    pub(crate) fn content(&self, sha256: &str) -> Option<&FileRow> {
        self.by_content.get(sha256)
    }

    /// How long the file at that path was, and its digest then.
    pub(crate) fn path(&self, path: &str) -> Option<(u64, &str)> {
        self.by_path.get(path).map(|(bytes, sha256)| (*bytes, sha256.as_str()))
    }
}

/// Rows about files, without what was taken from them for tables that have lost it since: a row without a file tells which, and when.
fn without_voided(rows: Vec<(i64, FileRow)>) -> Vec<FileRow> {
    let mut voided: HashMap<String, i64> = HashMap::new();
    for (time, row) in rows.iter().filter(|(_, row)| row.sha256.is_empty()) {
        for stream in row.progress.keys() {
            let last = voided.entry(stream.clone()).or_default();
            *last = (*last).max(*time);
        }
    }
    let is_kept = |stream: &String, time: i64| voided.get(stream).is_none_or(|voided| time > *voided);
    let files = rows.into_iter().filter(|(_, row)| !row.sha256.is_empty());
    files
        .map(|(time, mut row)| {
            row.progress.retain(|stream, _| is_kept(stream, time));
            row
        })
        .collect()
}

/// What a command that changed the lake leaves in the table; `lost` are tables whose rows are gone.
pub(crate) fn command_rows(command: &str, lost: &[&str], time: i64) -> Result<NewRows> {
    let progress = lost.iter().map(|table| (stream_name(&Stream::Table((*table).to_owned())), 0)).collect();
    new_rows(&[FileRow { time, format: command.to_owned(), is_complete: true, progress, ..FileRow::default() }])
}

/// How a stream is called in the progress of a file.
pub(super) fn stream_name(stream: &Stream) -> String {
    match stream {
        Stream::Table(table) => format!("table {table}"),
        other => format!("{other:?}"),
    }
}

/// Of two rows about one content the greater says more: a file may have been read again for a table of the user's own.
fn further(row: &FileRow) -> (bool, u64, usize) {
    (row.is_complete, taken(row), row.progress.len())
}

fn taken(row: &FileRow) -> u64 {
    row.progress.values().sum()
}

/// The columns of the table.
pub(crate) fn columns() -> Vec<Column> {
    COLUMNS.iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}

/// Rows to be added to the table.
pub(crate) fn new_rows(rows: &[FileRow]) -> Result<NewRows> {
    let texts = |text: fn(&FileRow) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(text(row))).collect::<StringViewArray>())
    };
    let longs = |long: fn(&FileRow) -> u64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| i64::try_from(long(row)).ok()).collect::<Int64Array>())
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| Some(row.time)).collect::<Int64Array>()),
        texts(|row| row.path.clone()),
        texts(|row| row.sha256.clone()),
        longs(|row| row.bytes),
        texts(|row| row.format.clone()),
        longs(|row| row.records),
        longs(|row| row.bad),
        Arc::new(rows.iter().map(|row| Some(row.is_complete)).collect::<BooleanArray>()),
        texts(|row| serde_json::json!(row.progress).to_string()),
    ];
    NewRows::of(FILES, columns(), arrays)
}

fn rows_of(batch: &RecordBatch) -> Result<Vec<FileRow>> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| Error::bug(format!("`{FILES}` lacks `{name}`")));
    let (path, sha256, format) = (column("Path")?, column("SHA256")?, column("Format")?);
    let (time, bytes, records) = (column("TimeGenerated")?, column("Bytes")?, column("Records")?);
    let (bad, complete, progress) = (column("Bad")?, column("IsComplete")?, column("Progress")?);
    let text = |array: &ArrayRef, row: usize| array.as_string_view_opt().map(|texts| texts.value(row).to_owned());
    let long = |array: &ArrayRef, row: usize| {
        array.as_primitive_opt::<Int64Type>().filter(|longs| longs.is_valid(row)).map_or(0, |longs| longs.value(row))
    };
    let count = |array: &ArrayRef, row: usize| u64::try_from(long(array, row)).unwrap_or(0);
    let row = |row: usize| FileRow {
        time: long(time, row),
        path: text(path, row).unwrap_or_default(),
        sha256: text(sha256, row).unwrap_or_default(),
        bytes: count(bytes, row),
        format: text(format, row).unwrap_or_default(),
        records: count(records, row),
        bad: count(bad, row),
        is_complete: complete.as_boolean_opt().is_some_and(|flags| flags.is_valid(row) && flags.value(row)),
        progress: text(progress, row).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, sha256: &str, bytes: u64, is_complete: bool, taken: u64) -> FileRow {
        let progress = [("zeek".to_owned(), taken)].into();
        FileRow { path: path.into(), sha256: sha256.into(), bytes, is_complete, progress, ..FileRow::default() }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let rows = [row("é.log", "aa", 7, true, 3), FileRow::default()];
        let batch = &new_rows(&rows).expect("rows").batches[0];
        assert_eq!(rows_of(batch).expect("rows"), rows);
    }

    /// Dropped at 5: what was taken for the table before is to be taken again, what was taken for others is not.
    #[test]
    fn what_a_table_has_lost_is_not_read() {
        let file = |taken: &[&str]| FileRow {
            sha256: "aa".into(),
            progress: taken.iter().map(|stream| ((*stream).to_owned(), 3)).collect(),
            ..FileRow::default()
        };
        let drop = FileRow { progress: [("table T".to_owned(), 0)].into(), ..FileRow::default() };
        let rows = vec![(4, file(&["table T", "Zeek"])), (5, drop), (6, file(&["table T"]))];
        assert_eq!(without_voided(rows), [file(&["Zeek"]), file(&["table T"])]);
    }

    #[test]
    fn the_row_that_was_read_furthest_counts() {
        let mut ledger = Ledger::default();
        ledger.add(row("a", "aa", 7, false, 5));
        ledger.add(row("a", "aa", 7, false, 3));
        assert_eq!(ledger.content("aa").map(taken), Some(5));
        ledger.add(row("b", "aa", 7, true, 5));
        ledger.add(row("a", "aa", 7, false, 9));
        assert_eq!(ledger.content("aa").map(|row| row.is_complete), Some(true));
        ledger.add(row("a", "bb", 9, true, 6));
        ledger.add(row("a", "cc", 8, true, 6));
        assert_eq!(ledger.path("a"), Some((9, "bb")));
    }
}
