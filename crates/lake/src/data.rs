//! Paths → a database: reads, transforms, enriches, and opens what is read in place.
//!
//! In: what a person names on the command line. Out: the tables, and an account of what was read. Reading runs on a thread of its own and
//! waits when the transformation lags behind, so memory holds a few chunks of raw rows at most, besides the tables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use semantics::TableSchema;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::spawn_blocking;

use crate::content::Content;
use crate::context::{self, Estate, cut_reports, expand_reports};
use crate::database::{Database, Services};
use crate::delta::{AsOf, Lake, Scans};
use crate::error::{Error, Result};
use crate::external::Externals;
use crate::formats::{AsIs, read_as_is};
use crate::geoip::GeoIp;
use crate::memory::Tables;
use crate::open;
use crate::profiles::Profiles;
use crate::record::{self, RawBatch, RawFile, ReadError, Sink, SinkError, Summary};
use crate::settings::Settings;
use crate::transform::{Made, Transform};
use crate::watchlist::{self, Watchlist};

/// Raw rows that are transformed at once: enough that planning some twenty queries is a small part of the work, and some 150 MB of
/// Windows events at most.
const CHUNK_ROWS_MAX: usize = 65_536;

/// Batches that wait to be transformed.
const WAITING_MAX: usize = 8;

/// A file that a person gave a table's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTable {
    /// The table.
    pub name: String,
    /// Its rows: Parquet, CSV or JSON.
    pub path: PathBuf,
}

/// How data is opened.
#[derive(Clone, Default)]
pub struct Options {
    /// The schemas and sources; those of the program when `None`.
    pub content: Option<Arc<Content>>,
    /// The lake whose tables queries see, too.
    pub lake: Option<Lake>,
    /// When the lake's tables are looked at.
    pub as_of: AsOf,
    /// What the estate decides.
    pub settings: Settings,
    /// Bytes that one file on disk may expand to, whatever its own size; the limits of [`open::Options`] when `None`.
    pub expanded_bytes_max: Option<u64>,
    /// The watchlists that queries may name.
    pub watchlists: Vec<Watchlist>,
    /// What queries may read by themselves.
    pub externals: Externals,
    /// A MaxMind address database, which tells the places of addresses.
    pub geoip: Option<PathBuf>,
    /// Profiles of files (CSV), which `FileProfile()` gives.
    pub file_profiles: Option<PathBuf>,
    /// Told now and then the bytes read from disk so far and in all.
    pub progress: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Everything that was opened.
#[derive(Debug)]
pub struct Data {
    /// The tables.
    pub database: Database,
    /// What was read.
    pub summary: Summary,
    /// Tables of the lake that cannot be read, and why; queries of them fail.
    pub unreadable: BTreeMap<String, String>,
}

impl Data {
    /// Opens files, folders and archives, and tables by name.
    ///
    /// - Errors: a path that cannot be read, a source or table of the content that is wrong. Bad records are in the summary.
    pub async fn open(paths: Vec<PathBuf>, tables: Vec<NamedTable>, options: Options) -> Result<Self> {
        let content = options.content.unwrap_or_else(|| Arc::new(Content::embedded()));
        let transform = Transform::new(content.clone(), &options.settings)?;
        let (sender, receiver) = channel(WAITING_MAX);
        let reading = {
            let (content, progress) = (content.clone(), options.progress);
            let expanded_bytes_max = options.expanded_bytes_max;
            spawn_blocking(move || read(&paths, &content, limits(expanded_bytes_max), progress.as_deref(), sender))
        };
        let mut taken = Taken::default();
        // When taking fails, the receiver is dropped and the reader stops at its next batch.
        let outcome = take(receiver, &transform, &mut taken).await;
        let read = reading.await.map_err(Error::bug)?;
        outcome?;
        let mut summary = read?;
        let Taken { mut made, mut files } = taken;
        let mut deferred = transform.defer(&mut made).await?;
        // A table that is named takes the place of what has been read for it.
        deferred.retain(|(name, _)| !tables.iter().any(|table| table.name == *name));
        let mut memory = made.tables;
        add_named(tables, options.expanded_bytes_max, &mut memory, &mut files, &mut summary).await?;
        let estate = Estate::open(options.settings, &mut summary)?;
        if !files.is_empty() {
            summary.warnings.extend(estate.not_in_place());
        }
        context::enrich(&mut memory, &Tables::default(), &estate)?;
        summary.warnings.extend(cut_reports(expand_reports(&mut memory, &estate)?));
        let lake = match &options.lake {
            Some(lake) => lake.scans(&options.as_of).await?,
            None => Scans::default(),
        };
        let unreadable = lake.unreadable.clone();
        let mut database = Database::new(content, memory, deferred, files, lake)?;
        database.add_services(Services {
            watchlists: watchlist::read(options.watchlists, &mut summary)?,
            externals: Arc::new(options.externals),
            places: options.geoip.as_deref().map(GeoIp::open).transpose()?.map(Arc::new),
            profiles: match &options.file_profiles {
                Some(path) => Some(Arc::new(Profiles::open(path, &mut summary)?)),
                None => None,
            },
        });
        Ok(Self { database, summary, unreadable })
    }
}

/// What has been taken from the reader.
#[derive(Default)]
struct Taken {
    made: Made,
    files: BTreeMap<String, Vec<PathBuf>>,
}

enum Item {
    Batch(RawBatch),
    File(RawFile),
}

async fn take(mut receiver: Receiver<Item>, transform: &Transform, taken: &mut Taken) -> Result<()> {
    let mut chunk = vec![];
    let mut rows = 0;
    while let Some(item) = receiver.recv().await {
        match item {
            Item::File(file) => taken.files.entry(file.table).or_default().push(file.path),
            Item::Batch(raw) => {
                rows += raw.batch.num_rows();
                chunk.push(raw);
                if rows >= CHUNK_ROWS_MAX {
                    transform.run(&chunk, &mut taken.made).await?;
                    chunk.clear();
                    rows = 0;
                }
            }
        }
    }
    transform.run(&chunk, &mut taken.made).await
}

/// How files are read: within our limits, or within the one that was given.
pub(crate) fn limits(expanded_bytes_max: Option<u64>) -> open::Options<'static> {
    match expanded_bytes_max {
        Some(expanded_bytes_max) => {
            open::Options { expanded_bytes_max, expanded_ratio_max: u64::MAX, ..open::Options::default() }
        }
        None => open::Options::default(),
    }
}

fn read(
    paths: &[PathBuf],
    content: &Content,
    limits: open::Options,
    progress: Option<&(dyn Fn(u64, u64) + Send + Sync)>,
    sender: Sender<Item>,
) -> Result<Summary, ReadError> {
    let report = progress.map(|progress| move |read: u64, all: u64| progress(read, all));
    let report: Option<&dyn Fn(u64, u64)> = report.as_ref().map(|report| report as &dyn Fn(u64, u64));
    let options = open::Options { progress: report, ..limits };
    open::read(paths, &Known { content }, &options, &mut Queue { sender })
}

/// The tables that rows are told by.
pub(crate) struct Known<'c> {
    pub(crate) content: &'c Content,
}

impl record::Tables for Known<'_> {
    fn schema(&self, name: &str) -> Option<Arc<TableSchema>> {
        self.content.table(name).ok().flatten()
    }

    fn names(&self) -> Vec<String> {
        self.content.table_names().iter().cloned().collect()
    }

    fn may_have(&self, name: &str, columns: &mut dyn Iterator<Item = &str>, missing_max: usize) -> bool {
        self.content.mentions(name, columns, missing_max)
    }
}

/// The reader's end of the queue.
struct Queue {
    sender: Sender<Item>,
}

impl Sink for Queue {
    fn batch(&mut self, raw: RawBatch) -> Result<(), SinkError> {
        Ok(self.sender.blocking_send(Item::Batch(raw))?)
    }

    fn file(&mut self, raw: RawFile) -> Result<(), SinkError> {
        Ok(self.sender.blocking_send(Item::File(raw))?)
    }
}

async fn add_named(
    tables: Vec<NamedTable>,
    expanded_bytes_max: Option<u64>,
    memory: &mut Tables,
    files: &mut BTreeMap<String, Vec<PathBuf>>,
    summary: &mut Summary,
) -> Result<()> {
    for NamedTable { name, path } in tables {
        let read = spawn_blocking(move || read_as_is(&path, &limits(expanded_bytes_max))).await.map_err(Error::bug)?;
        match read? {
            AsIs::Parquet(path) => files.entry(name).or_default().push(path),
            AsIs::Rows { columns, batches, summary: file } => {
                summary.files.push(file);
                memory.replace(&name, columns, batches);
            }
        }
    }
    Ok(())
}
