//! The account of one file while it is read: records good and bad, and notes.
//!
//! In: what the formats meet. Out: a [`FileSummary`]. Every note is given once, however often its cause is met.

use std::collections::BTreeMap;

use crate::record::{BadRecord, FileSummary};

/// Names in one note: a file of arbitrary JSON may have millions of keys.
const NOTE_NAMES_MAX: usize = 20;

/// Kinds of content that are told apart: a file may name a new one in every record.
const CONTENTS_MAX: usize = 1_000;

/// What is known of a file so far.
#[derive(Default)]
pub(crate) struct Account {
    summary: FileSummary,
    /// What the records turned out to be: `Windows events`, `Zeek conn`, a table.
    contents: BTreeMap<String, u64>,
    /// Keys without a column, by table.
    unknown: BTreeMap<String, Vec<String>>,
    /// Values that their column's type cannot hold, by table and column.
    misfits: BTreeMap<String, u64>,
    replaced: u64,
    bad_records_max: usize,
    /// When the file was last changed, in ticks, where that is known.
    modified: Option<i64>,
    is_year_inferred: bool,
}

/// Bytes of a bad record that are kept.
pub(super) const BAD_BYTES_MAX: usize = 4_096;

impl Account {
    /// An account of the file at that path (`archive.zip!inner` in an archive).
    pub(crate) fn new(path: String) -> Self {
        Self { summary: FileSummary { path, ..FileSummary::default() }, ..Self::default() }
    }

    /// The same, keeping up to so many of the records that are given up.
    pub(crate) fn keeping(path: String, bad_records_max: usize) -> Self {
        Self { bad_records_max, ..Self::new(path) }
    }

    /// The file was last changed at that time.
    pub(crate) fn modified_at(self, modified: Option<i64>) -> Self {
        Self { modified, ..self }
    }

    /// When the file was last changed, in ticks.
    pub(super) fn modified(&self) -> Option<i64> {
        self.modified
    }

    /// The year of a record was taken from the file's last change.
    pub(super) fn year_inferred(&mut self) {
        self.is_year_inferred = true;
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &str {
        &self.summary.path
    }

    /// The byte format was recognized.
    pub(crate) fn format(&mut self, format: &str) {
        self.summary.format = format.to_owned();
    }

    /// A record of that content was read.
    pub(crate) fn good(&mut self, content: &str) {
        self.summary.records += 1;
        let has_room = self.contents.len() < CONTENTS_MAX;
        match self.contents.get_mut(content) {
            Some(count) => *count += 1,
            None if has_room => {
                self.contents.insert(content.to_owned(), 1);
            }
            None => {}
        }
    }

    /// So many more rows of a table were read.
    pub(crate) fn many(&mut self, table: &str, row_count: u64) {
        self.summary.records += row_count;
        *self.contents.entry(table.to_owned()).or_default() += row_count;
    }

    /// So many rows of a table are read in place.
    pub(crate) fn in_place(&mut self, table: &str, row_count: u64) {
        self.summary.records += row_count;
        self.contents.insert(table.to_owned(), row_count);
    }

    /// A record was given up.
    pub(crate) fn bad(&mut self, offset: u64, reason: impl Into<String>) {
        self.bad_record(offset, reason, &[]);
    }

    /// A record was given up, of which this is known.
    pub(crate) fn bad_record(&mut self, offset: u64, reason: impl Into<String>, bytes: &[u8]) {
        self.summary.bad += 1;
        let is_kept = self.summary.bad_records.len() < self.bad_records_max;
        if self.summary.first_bad.is_some() && !is_kept {
            return;
        }
        let bytes = bytes.get(..BAD_BYTES_MAX).unwrap_or(bytes).to_vec();
        let record = BadRecord { offset, reason: reason.into(), bytes };
        if self.summary.first_bad.is_none() {
            self.summary.first_bad = Some(BadRecord { bytes: vec![], ..record.clone() });
        }
        if is_kept {
            self.summary.bad_records.push(record);
        }
    }

    /// The file breaks off: whatever else it held is lost, which a person must know.
    pub(crate) fn broken(&mut self, offset: u64, reason: &str) {
        self.bad(offset, reason);
        self.note(format!("breaks off after {offset} bytes: {reason}"));
    }

    /// Something that no count says.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.summary.notes.contains(&note) {
            self.summary.notes.push(note);
        }
    }

    /// A key of a table's row has no column.
    pub(crate) fn unknown_column(&mut self, table: &str, key: &str) {
        let names = match self.unknown.get_mut(table) {
            Some(names) => names,
            None => self.unknown.entry(table.to_owned()).or_default(),
        };
        if names.len() <= NOTE_NAMES_MAX && !names.iter().any(|name| name == key) {
            names.push(key.to_owned());
        }
    }

    /// A value that its column cannot hold became null.
    pub(crate) fn misfit(&mut self, table: &str, column: &str) {
        *self.misfits.entry(format!("{table}.{column}")).or_default() += 1;
    }

    /// A record held bytes that are not UTF-8.
    pub(crate) fn replaced(&mut self) {
        self.replaced += 1;
    }

    /// Records read so far, good and bad.
    pub(crate) fn record_count(&self) -> u64 {
        self.summary.records + self.summary.bad
    }

    /// The account of a file that has been read.
    pub(crate) fn finish(mut self) -> FileSummary {
        let names = std::mem::take(&mut self.contents).into_keys().collect::<Vec<_>>();
        if !names.is_empty() {
            self.summary.format = format!("{}: {}", self.summary.format, listed(&names));
        }
        for (table, names) in std::mem::take(&mut self.unknown) {
            self.note(format!("dropped, because {table} has no such columns: {}", listed(&names)));
        }
        for (column, count) in std::mem::take(&mut self.misfits) {
            self.note(match count {
                1 => format!("1 value of {column} does not fit its type and is null"),
                _ => format!("{count} values of {column} do not fit its type and are null"),
            });
        }
        if self.is_year_inferred {
            self.note("times have no year; each is taken to be the last such time before the file was changed");
        }
        if self.replaced > 0 {
            let records = if self.replaced == 1 { "record" } else { "records" };
            self.note(format!("{} {records} held bytes that are not UTF-8; each became U+FFFD", self.replaced));
        }
        self.summary
    }
}

/// `a, b, c`, and no more names than a note should hold.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NOTE_NAMES_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NOTE_NAMES_MAX { format!("{shown}, …") } else { shown }
}
