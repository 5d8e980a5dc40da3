//! The reader of an ingestion: files → raw batches and the ends of steps.
//!
//! In: paths and what is known of files. Out: batches that were not taken before, and after so many of them, or behind a group of files, how far
//! each file was read. Runs on a thread of its own.

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::IngestOptions;
use super::bad::Given;
use super::group::{self, Wanted};
use super::ledger::{FileRow, Ledger, Progress, stream_name};
use crate::content::Content;
use crate::data::{Known, limits};
use crate::formats::custom::{Custom, CustomRows, CustomTable, Survey};
use crate::formats::{Rows, parquet_batches};
use crate::open;
use crate::record::{FileSummary, RawBatch, RawFile, ReadError, Sink, SinkError, Stream, Summary};
use arrow::array::RecordBatch;
use semantics::TableSchema;

/// Raw rows of a step.
const STEP_ROWS: u64 = 1 << 20;
/// Bytes of raw rows of a step: with the rows made of them and those that are being stored, a gigabyte.
const STEP_BYTES: usize = 64 << 20;

/// What comes of reading.
pub(super) enum Item {
    /// Raw rows.
    Batch(RawBatch),
    /// Rows of the table of the user's own, as it is then.
    Custom(Arc<TableSchema>, RecordBatch),
    /// All rows since the last step are to be stored.
    Step(Box<Step>),
}

/// How far files were read.
#[derive(Default)]
pub(super) struct Step {
    pub(super) files: Vec<FileRow>,
    pub(super) bad: Vec<Given>,
}

/// What was read in all.
#[derive(Default)]
pub(super) struct Read {
    pub(super) summary: Summary,
    pub(super) known: usize,
    pub(super) bytes: u64,
}

/// The reader.
pub(super) struct Reader {
    pub(super) paths: Vec<PathBuf>,
    pub(super) content: Arc<Content>,
    pub(super) ledger: Ledger,
    /// The table of records that fit no known one.
    pub(super) custom: Option<CustomTable>,
    pub(super) options: IngestOptions,
}

impl Reader {
    /// Reads all files.
    pub(super) fn run(mut self, sender: Sender<Item>) -> Result<Read, ReadError> {
        let mut read = Read::default();
        let files = open::list(&self.paths, &mut read.summary)?;
        let all: u64 = files.iter().map(|file| file.bytes).sum();
        let mut done = 0;
        let mut seen = HashSet::new();
        let mut queue = Queue {
            sender,
            content: self.content.clone(),
            step: Step::default(),
            rows: 0,
            bytes: 0,
            file: None,
            custom: None,
        };
        let mut custom = self.custom.take();
        let own = custom.as_ref().map(own_stream);
        for group in group::groups(&files) {
            for file in group.iter().filter_map(|at| files.get(*at)) {
                let report = |read: u64| {
                    if let Some(progress) = &self.options.progress {
                        progress(done + read.min(file.bytes), all);
                    }
                };
                report(0);
                match group::wanted(file, &self.ledger, self.options.is_watching, own.as_deref())? {
                    // A copy of a file that was read just now is known, too.
                    Some(wanted) if seen.insert(wanted.sha256.clone()) => {
                        read.bytes += wanted.bytes;
                        read.summary.files.extend(self.read(wanted, custom.as_mut(), &report, &mut queue)?);
                    }
                    _ => read.known += 1,
                }
                done += file.bytes;
            }
            queue.end_step()?;
        }
        if let Some(progress) = &self.options.progress {
            progress(all, all);
        }
        Ok(read)
    }

    /// Reads a file; for a table of the user's own it is gone through before, so that the table has its columns.
    fn read(
        &self,
        wanted: Wanted,
        custom: Option<&mut CustomTable>,
        report: &dyn Fn(u64),
        queue: &mut Queue,
    ) -> Result<Vec<FileSummary>, ReadError> {
        let path = wanted.path.clone();
        let (bad_before, bytes_max) = (wanted.records.1, Some(wanted.bytes));
        let limits = limits(self.options.expanded_bytes_max);
        let bytes = |read: u64, _: u64| report(read);
        let options = open::Options { progress: Some(&bytes), bad_records_max: BAD_RECORDS_MAX, bytes_max, ..limits };
        let known = Known { content: &self.content };
        let paths = std::slice::from_ref(&path);
        let mut met = Progress::new();
        let mut fill = None;
        if let Some(custom) = custom {
            let (mut survey, mut unheard) = (Survey::new(custom), Unheard);
            let rows = Rows::new(&known, &mut unheard).with_custom(Custom::Survey(&mut survey));
            open::read_into(paths, &open::Options { progress: None, bad_records_max: 0, ..options }, rows)?;
            custom.columns = survey.finish();
            // That the file was read for this table is known, whether it had rows of it or not.
            met.insert(own_stream(custom), 0);
            let schema = TableSchema { name: custom.name.clone(), columns: custom.columns.clone(), compat: vec![] };
            queue.custom = Some(Arc::new(schema));
            fill = Some(Custom::Fill(Box::new(CustomRows::new(custom.clone()))));
        }
        queue.file = Some(Current { met, wanted });
        let rows = Rows::new(&known, queue);
        let rows = match fill {
            Some(fill) => rows.with_custom(fill),
            None => rows,
        };
        let mut read = open::read_into(paths, &options, rows)?;
        queue.end_file(&mut read, bad_before);
        Ok(read.files)
    }
}

/// Bad records of a file that are kept with their bytes; more are counted.
const BAD_RECORDS_MAX: usize = 10_000;

/// The file that is being read.
struct Current {
    wanted: Wanted,
    /// Rows that were met.
    met: Progress,
}

impl Current {
    /// Rows that are taken: those met, and those that were taken before and may come yet.
    fn taken(&self) -> Progress {
        let mut taken = self.wanted.taken.clone();
        for (stream, met) in &self.met {
            let rows = taken.entry(stream.clone()).or_default();
            *rows = (*rows).max(*met);
        }
        taken
    }
}

/// The reader's end of the queue.
struct Queue {
    sender: Sender<Item>,
    content: Arc<Content>,
    step: Step,
    /// Since the last step.
    rows: u64,
    bytes: usize,
    file: Option<Current>,
    custom: Option<Arc<TableSchema>>,
}

impl Queue {
    fn send(&self, item: Item) -> Result<(), SinkError> {
        Ok(self.sender.blocking_send(item)?)
    }

    /// A file was read to its end.
    fn end_file(&mut self, read: &mut Summary, bad_before: u64) {
        let Some(file) = self.file.take() else { return };
        let taken = file.taken();
        let wanted = file.wanted;
        // What was half a record may have become a whole one since, so that places tell more than numbers, where they are the file's own.
        let told_bytes = wanted.told_bytes.filter(|_| bad_before > 0 && is_plain(&wanted, &read.files));
        let mut skip = usize::try_from(bad_before).unwrap_or(usize::MAX);
        for file in &mut read.files {
            let mut records = std::mem::take(&mut file.bad_records);
            match told_bytes {
                Some(bytes) => records.retain(|record| record.offset >= bytes),
                None => drop(records.drain(..skip.min(records.len()))),
            }
            let path = &file.path;
            self.step.bad.extend(records.into_iter().map(|record| Given { path: path.clone(), record }));
            skip = skip.saturating_sub(usize::try_from(file.bad).unwrap_or(usize::MAX));
        }
        // What nothing was read from may be read by a later version.
        if read.record_count() + read.bad_count() > 0 {
            self.step.files.push(FileRow {
                path: wanted.path.display().to_string(),
                sha256: wanted.sha256,
                bytes: wanted.bytes,
                format: formats(&read.files),
                records: read.record_count(),
                bad: read.bad_count(),
                is_complete: true,
                progress: taken,
                time: 0,
            });
        }
    }

    /// What was read so far is to be stored.
    fn end_step(&mut self) -> Result<(), ReadError> {
        let mut step = std::mem::take(&mut self.step);
        if let Some(file) = &self.file {
            let (wanted, taken) = (&file.wanted, file.taken());
            step.files.push(FileRow {
                path: wanted.path.display().to_string(),
                sha256: wanted.sha256.clone(),
                bytes: wanted.bytes,
                progress: taken,
                records: wanted.records.0,
                bad: wanted.records.1,
                ..FileRow::default()
            });
        }
        (self.rows, self.bytes) = (0, 0);
        if step.files.is_empty() {
            return Ok(());
        }
        self.send(Item::Step(Box::new(step))).map_err(ReadError::Sink)
    }
}

/// Are the places of its records places in the file itself, and not in what it expands to?
fn is_plain(wanted: &Wanted, files: &[FileSummary]) -> bool {
    let is_itself = matches!(files, [file] if file.path == wanted.path.display().to_string());
    is_itself && open::is_gzip(&wanted.path).is_ok_and(|is_gzip| !is_gzip)
}

fn formats(files: &[FileSummary]) -> String {
    let mut names: Vec<&str> = files.iter().map(|file| file.format.as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names.join("; ")
}

impl Sink for Queue {
    fn batch(&mut self, raw: RawBatch) -> Result<(), SinkError> {
        let Some(file) = &mut self.file else { return Err("a batch of no file".into()) };
        let rows = raw.batch.num_rows();
        let stream = stream_name(&raw.stream);
        let so_far = file.met.entry(stream.clone()).or_default();
        let before = file.wanted.taken.get(&stream).copied().unwrap_or(0);
        let known = usize::try_from(before.saturating_sub(*so_far)).unwrap_or(usize::MAX).min(rows);
        *so_far += rows as u64;
        if known == rows {
            return Ok(());
        }
        self.rows += (rows - known) as u64;
        self.bytes += raw.batch.get_array_memory_size();
        let batch = raw.batch.slice(known, rows - known);
        let custom = self.custom.as_ref().filter(|table| raw.stream == Stream::Table(table.name.clone()));
        match custom {
            Some(table) => self.send(Item::Custom(table.clone(), batch))?,
            None => self.send(Item::Batch(RawBatch { stream: raw.stream, batch }))?,
        }
        if self.rows >= STEP_ROWS || self.bytes >= STEP_BYTES {
            self.end_step()?;
        }
        Ok(())
    }

    fn file(&mut self, raw: RawFile) -> Result<(), SinkError> {
        let told = self.content.table(&raw.table)?.map(|table| table.columns.clone()).unwrap_or_default();
        for batch in parquet_batches(File::open(&raw.path)?, &told)? {
            self.batch(RawBatch { stream: Stream::Table(raw.table.clone()), batch: batch? })?;
        }
        Ok(())
    }
}

/// Takes nothing: a survey's rows are read again.
struct Unheard;

impl Sink for Unheard {
    fn batch(&mut self, _: RawBatch) -> Result<(), SinkError> {
        Ok(())
    }

    fn file(&mut self, _: RawFile) -> Result<(), SinkError> {
        Ok(())
    }
}

fn own_stream(table: &CustomTable) -> String {
    stream_name(&Stream::Table(table.name.clone()))
}
