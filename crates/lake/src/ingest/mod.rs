//! Paths → a lake: reads files once, whatever happens in between.
//!
//! In: files and folders. Out: rows of tables in the lake, a row of `_Files` for each file, and those of `_BadRecords`. A reader on a thread of its
//! own goes through the files; its rows are transformed in chunks, and stored in steps together with how far the files were read. A step is
//! stored as a whole or not at all, so whoever begins again after a crash goes on where the last step ended.

mod bad;
mod custom;
mod group;
pub(crate) mod ledger;
mod read;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::clock;
use crate::content::Content;
use crate::context::{Earlier, Estate, cut_reports, expand_reports};
use crate::delta::{Lake, NewRows, Writer, cut_to_stored};
use crate::error::{Error, Result};
use crate::record::{BATCH_ROWS_MAX, RawBatch, Summary};
use crate::settings::Settings;
use crate::transform::{Made, Transform};
pub(crate) use custom::CUSTOM_END;
pub use custom::check_table_name;
use ledger::{FILES, Ledger};
use read::{Item, Reader, Step};

/// Raw rows that are transformed at once.
const CHUNK_ROWS_MAX: usize = 65_536;
/// Bytes of raw rows that are transformed at once, whatever their number.
const CHUNK_BYTES_MAX: usize = 32 << 20;
/// Batches that wait to be transformed.
const WAITING_MAX: usize = 4;

/// How files are ingested.
#[derive(Clone, Default)]
pub struct IngestOptions {
    /// The schemas and sources; those of the program when `None`.
    pub content: Option<Arc<Content>>,
    /// What the estate decides.
    pub settings: Settings,
    /// The table of records that fit no known one; without it they are bad.
    pub table: Option<String>,
    /// The key of such a record whose value is its time; without it that is `TimeGenerated`, or else the moment of ingestion.
    pub time_column: Option<String>,
    /// Bytes that one file may expand to.
    pub expanded_bytes_max: Option<u64>,
    /// Are the files written to meanwhile? Then a line that has no end yet is left for the next time.
    pub is_watching: bool,
    /// Told now and then the bytes read so far and in all.
    pub progress: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
    /// Told when another process writes to the lake, which is waited for.
    pub waits: Option<Arc<dyn Fn() + Send + Sync>>,
    /// Tells the time in microseconds since 1970; the machine does when `None`.
    pub clock: Option<Clock>,
}

/// Whoever is asked for the time.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

impl std::fmt::Debug for IngestOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IngestOptions").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What was ingested.
#[derive(Debug, Default)]
pub struct Ingested {
    /// What was read.
    pub summary: Summary,
    /// Files that were known, and so not read again.
    pub known: usize,
    /// Bytes of the files that were read.
    pub bytes: u64,
    /// Rows added, by table.
    pub rows: BTreeMap<String, u64>,
    /// Changes that a crash had left undone, and that were made now.
    pub recovered: usize,
}

/// Reads files and folders into a lake.
///
/// - Errors: a path that cannot be read, a lake that cannot be written. What was stored before stays, and is not read again.
pub async fn ingest(lake: &Lake, paths: Vec<PathBuf>, options: IngestOptions) -> Result<Ingested> {
    let content = options.content.clone().unwrap_or_else(|| Arc::new(Content::embedded()));
    let transform = Transform::eager(content.clone(), &options.settings)?;
    let mut told = Summary::default();
    let estate = Estate::open(options.settings.clone(), &mut told)?;
    let waits = options.waits.clone();
    let writer = lake.writer(&|| waits.iter().for_each(|waits| waits())).await?;
    let ledger = Ledger::read(lake.table(FILES, None).await?.as_ref()).await?;
    let custom = custom::open(lake, &content, &options).await?;
    let (sender, receiver) = channel(WAITING_MAX);
    let reader = Reader { paths, content: content.clone(), ledger, custom, options: options.clone() };
    let reading = spawn_blocking(move || reader.run(sender));
    let recovered = writer.recovered;
    let mut storing = Storing {
        content,
        lake: lake.clone(),
        earlier: None,
        estate,
        reports_cut: 0,
        clock: options.clock,
        transform,
        made: Made::default(),
        chunk: vec![],
        chunk_size: (0, 0),
        custom: None,
        writer: Stage::Idle(Box::new(writer)),
        rows: BTreeMap::new(),
    };
    // When storing fails, the receiver is dropped and the reader stops at its next batch.
    let stored = storing.take(receiver).await;
    let read = reading.await.map_err(Error::bug)?;
    stored?;
    let mut read = read?;
    read.summary.files.append(&mut told.files);
    read.summary.warnings.extend(cut_reports(storing.reports_cut));
    Ok(Ingested { summary: read.summary, known: read.known, bytes: read.bytes, rows: storing.rows, recovered })
}

/// The writer, or the storing that has it.
enum Stage {
    Idle(Box<Writer>),
    Busy(JoinHandle<Result<Box<Writer>>>),
    Gone,
}

/// What was read and is not stored yet.
struct Storing {
    content: Arc<Content>,
    lake: Lake,
    /// What the rows of earlier steps tell; read from the lake when there are rows to tell it to.
    earlier: Option<Earlier>,
    estate: Estate,
    /// Reports that stand for more rows than were made.
    reports_cut: u64,
    clock: Option<Clock>,
    transform: Transform,
    made: Made,
    chunk: Vec<RawBatch>,
    /// Rows and bytes.
    chunk_size: (usize, usize),
    /// Rows of the table of the user's own.
    custom: Option<NewRows>,
    writer: Stage,
    rows: BTreeMap<String, u64>,
}

impl Storing {
    async fn take(&mut self, mut receiver: Receiver<Item>) -> Result<()> {
        while let Some(item) = receiver.recv().await {
            match item {
                Item::Batch(raw) => {
                    self.chunk_size.0 += raw.batch.num_rows();
                    self.chunk_size.1 += raw.batch.get_array_memory_size();
                    self.chunk.push(raw);
                    if self.chunk_size.0 >= CHUNK_ROWS_MAX || self.chunk_size.1 >= CHUNK_BYTES_MAX {
                        self.transform().await?;
                    }
                }
                Item::Custom(schema, batch) => {
                    let rows = self.custom.get_or_insert_with(|| NewRows::as_is(schema.clone()));
                    rows.schema = schema;
                    rows.batches.push(batch);
                }
                Item::Step(step) => {
                    self.transform().await?;
                    self.store(*step).await?;
                }
            }
        }
        self.idle().await?;
        Ok(())
    }

    async fn transform(&mut self) -> Result<()> {
        let chunk = joined(std::mem::take(&mut self.chunk))?;
        self.chunk_size = (0, 0);
        self.transform.run(&chunk, &mut self.made).await
    }

    /// Stores what was made, and goes on while that is done.
    async fn store(&mut self, step: Step) -> Result<()> {
        let mut tables = std::mem::take(&mut self.made).tables;
        for (_, table) in tables.iter_mut() {
            for batch in &mut table.batches {
                *batch = as_stored(batch, &table.schema)?;
            }
        }
        let earlier = match self.earlier.take() {
            Some(earlier) => earlier,
            None => Earlier::of(&self.lake, &self.content).await?,
        };
        self.earlier.insert(earlier).enrich(&mut tables, &self.content, &self.estate)?;
        self.reports_cut += expand_reports(&mut tables, &self.estate)?;
        let mut rows: Vec<NewRows> = vec![];
        for (name, table) in tables.into_iter() {
            let count: usize = table.batches.iter().map(RecordBatch::num_rows).sum();
            if count > 0 {
                *self.rows.entry(name).or_default() += count as u64;
                rows.push(NewRows { schema: table.schema, batches: table.batches, is_as_is: false });
            }
        }
        let now = self.clock.as_ref().map_or_else(clock::micros, |clock| clock());
        let ticks = clock::ticks_of(now);
        if let Some(custom) = self.custom.take() {
            let custom = custom::timed(custom, ticks)?;
            *self.rows.entry(custom.schema.name.clone()).or_default() +=
                custom.batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>();
            rows.push(custom);
        }
        rows.extend(bad::new_rows(&step.bad, ticks)?);
        let files: Vec<_> = step.files.into_iter().map(|file| ledger::FileRow { time: ticks, ..file }).collect();
        let ledger = ledger::new_rows(&files)?;
        let mut writer = self.idle().await?;
        self.writer = Stage::Busy(tokio::spawn(async move {
            writer.append(rows, ledger, now).await?;
            Ok(writer)
        }));
        Ok(())
    }

    /// The writer, when it has stored what it was given before.
    async fn idle(&mut self) -> Result<Box<Writer>> {
        match std::mem::replace(&mut self.writer, Stage::Gone) {
            Stage::Idle(writer) => Ok(writer),
            Stage::Busy(storing) => storing.await.map_err(Error::bug)?,
            Stage::Gone => Err(Error::bug("the writer is gone")),
        }
    }
}

/// Batches of one stream after another as few batches: a thousand small files must not be a thousand small batches.
fn joined(chunk: Vec<RawBatch>) -> Result<Vec<RawBatch>> {
    let mut streams: Vec<Vec<RawBatch>> = vec![];
    for raw in chunk {
        match streams.iter_mut().find(|batches| batches.first().is_some_and(|first| is_alike(first, &raw))) {
            Some(batches) => batches.push(raw),
            None => streams.push(vec![raw]),
        }
    }
    let mut all = vec![];
    for batches in streams {
        let mut open: Vec<RawBatch> = vec![];
        for raw in batches {
            let rows: usize = open.iter().map(|raw| raw.batch.num_rows()).sum();
            if rows + raw.batch.num_rows() > BATCH_ROWS_MAX {
                all.extend(joined_batch(&open)?);
                open.clear();
            }
            open.push(raw);
        }
        all.extend(joined_batch(&open)?);
    }
    Ok(all)
}

fn is_alike(one: &RawBatch, other: &RawBatch) -> bool {
    one.stream == other.stream && one.batch.schema_ref() == other.batch.schema_ref()
}

fn joined_batch(open: &[RawBatch]) -> Result<Option<RawBatch>> {
    let Some(first) = open.first() else { return Ok(None) };
    if open.len() == 1 {
        return Ok(Some(first.clone()));
    }
    let batch = concat_batches(first.batch.schema_ref(), open.iter().map(|raw| &raw.batch)).map_err(Error::bug)?;
    Ok(Some(RawBatch { stream: first.stream.clone(), batch }))
}

/// The batch with its times as they will be read again, so that rows learn the same from each other now and after a restart.
fn as_stored(batch: &RecordBatch, schema: &semantics::TableSchema) -> Result<RecordBatch> {
    let is_time = |name: &str| schema.columns.iter().any(|c| c.name == name && c.ty == semantics::Type::DateTime);
    let fields = batch.schema();
    let arrays = fields.fields().iter().zip(batch.columns()).map(|(field, array)| match is_time(field.name()) {
        true => cut_to_stored(array),
        false => array.clone(),
    });
    RecordBatch::try_new(batch.schema(), arrays.collect()).map_err(Error::bug)
}
