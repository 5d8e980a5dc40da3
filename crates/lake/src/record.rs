//! What the formats hand to the sources: raw records in Arrow batches, and an account of every file that was read.
//!
//! In: nothing. Out: the columns of each stream, the sink that takes batches, and the summary with its bad records. This is the contract
//! between `formats` (bytes → raw records) and the sources (raw records → tables); it must not know how either works.

mod cef;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use engine::types::DECIMAL;
use semantics::{TableSchema, Type};

pub use cef::CEF;

/// Rows of a batch at most: large enough that per-batch work vanishes, small enough that a batch of Windows events stays near 20 MB.
pub const BATCH_ROWS_MAX: usize = 8_192;

/// What a batch of raw records is, and so which columns it has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// Windows events of any channel, with the columns of [`windows_events`].
    WindowsEvents,
    /// Zeek records of any log, with the columns of [`zeek`].
    Zeek,
    /// Syslog messages that hold no record of another kind, with the columns of [`SYSLOG`].
    Syslog,
    /// Records of security devices in CEF or LEEF, with the columns of [`CEF`].
    Cef,
    /// Suricata's events (EVE), with the columns of [`BAGS`].
    Suricata,
    /// Requests logged by web servers and proxies, with the columns of [`BAGS`].
    Web,
    /// Records of Entra's and Azure's diagnostic settings, with the columns of [`BAGS`].
    Diagnostics,
    /// Records of the Office 365 Management Activity API, with the columns of [`BAGS`].
    Office,
    /// Records of AWS CloudTrail, with the columns of [`BAGS`].
    CloudTrail,
    /// Rows that are a table's own, with some of that table's columns in the types of [`arrow_type`].
    Table(String),
}

impl Stream {
    /// Its columns; none of a table's own rows, which have their table's.
    pub fn columns(&self) -> &'static [(&'static str, Type)] {
        match self {
            Self::WindowsEvents => WINDOWS_EVENTS,
            Self::Zeek => ZEEK,
            Self::Syslog => SYSLOG,
            Self::Cef => CEF,
            Self::Suricata | Self::Web | Self::Diagnostics | Self::Office | Self::CloudTrail => BAGS,
            Self::Table(_) => &[],
        }
    }
}

/// Rows of one stream, at most [`BATCH_ROWS_MAX`] of them and never none.
#[derive(Debug, Clone)]
pub struct RawBatch {
    /// What the rows are.
    pub stream: Stream,
    /// The rows.
    pub batch: RecordBatch,
}

/// A Parquet file that holds a table's own columns and is read in place, not through batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// Where it is.
    pub path: PathBuf,
    /// The table whose rows it has.
    pub table: String,
}

/// What a sink may fail with; it stops the reading and reaches the caller as [`ReadError::Sink`].
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes what is read, in the order in which it is read.
///
/// A boundary of the lake: implemented by the sources, which transform batches, and by tests, which collect them.
pub trait Sink {
    /// Takes a batch as soon as it is full, or when all files have been read: a batch may hold records of many files.
    fn batch(&mut self, raw: RawBatch) -> Result<(), SinkError>;

    /// Takes a Parquet file that is to be read in place.
    fn file(&mut self, raw: RawFile) -> Result<(), SinkError>;
}

/// The tables whose rows can be told from their columns.
///
/// A boundary of the lake: implemented over `content/tables`, and by a handful of tables in tests.
pub trait Tables {
    /// The table of that exact name.
    fn schema(&self, name: &str) -> Option<Arc<TableSchema>>;

    /// Every table's name, sorted.
    fn names(&self) -> Vec<String>;

    /// May the table have all of the columns but so many? To be asked before its schema is read; a table that says no has not.
    fn may_have(&self, _name: &str, _columns: &mut dyn Iterator<Item = &str>, _missing_max: usize) -> bool {
        true
    }
}

/// Why reading stopped. A bad record is none of these: it is counted in the [`Summary`] and the rest is read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The path cannot be read: it is not there, may not be opened, or its disk fails.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The sink refused what it was given.
    #[error("{0}")]
    Sink(#[source] SinkError),
}

impl ReadError {
    /// The path cannot be read.
    pub fn unreadable(path: &Path, source: std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}

/// An account of everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Every file, in the order read; a file inside an archive is a file of its own.
    pub files: Vec<FileSummary>,
    /// What a person should know and no single file tells.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Records read from all files.
    pub fn record_count(&self) -> u64 {
        self.files.iter().map(|file| file.records).sum()
    }

    /// Records of all files that were given up.
    pub fn bad_count(&self) -> u64 {
        self.files.iter().map(|file| file.bad).sum()
    }
}

/// An account of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSummary {
    /// Where it is; inside an archive, `archive.zip!inner`.
    pub path: String,
    /// What its bytes are: `evtx`, `windows events (json)`, `zeek (tsv)`, `DeviceNetworkEvents (csv)` …; empty when nothing was recognized.
    pub format: String,
    /// Records read.
    pub records: u64,
    /// Records given up.
    pub bad: u64,
    /// The first record given up.
    pub first_bad: Option<BadRecord>,
    /// Records given up, in order, as many as were to be kept.
    pub bad_records: Vec<BadRecord>,
    /// What a person should know about the file and no count says: unknown columns, an early end.
    pub notes: Vec<String>,
}

/// A record that was given up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadRecord {
    /// Bytes from the start of the (decompressed) file to the record.
    pub offset: u64,
    /// Why.
    pub reason: String,
    /// What it begins with, when that is known.
    pub bytes: Vec<u8>,
}

/// The columns of [`Stream::WindowsEvents`].
///
/// `TimeCreated` is a datetime. `EventData` is a flat JSON bag of the event's own fields, values as strings as in the XML; `UserData` is
/// flattened likewise; an unnamed `Data` is `Data`, the next `Data1`. `File` and `Offset` say where the record was found.
pub const WINDOWS_EVENTS: &[(&str, Type)] = &[
    ("TimeCreated", Type::DateTime),
    ("Provider", Type::String),
    ("Channel", Type::String),
    ("Computer", Type::String),
    ("EventID", Type::Int),
    ("Version", Type::Int),
    ("Level", Type::Int),
    ("Task", Type::Int),
    ("Opcode", Type::Int),
    ("Keywords", Type::String),
    ("EventRecordID", Type::Long),
    ("ProcessID", Type::Long),
    ("ThreadID", Type::Long),
    ("UserID", Type::String),
    ("EventData", Type::Dynamic),
    ("Message", Type::String),
    ("File", Type::String),
    ("Offset", Type::Long),
];

/// The columns of [`Stream::Zeek`].
///
/// `path` is Zeek's name of the log (`conn`), empty when neither told nor inferred. `Record` is a JSON bag of every field that is set, under
/// Zeek's names with their dots (`id.orig_h`): sets and vectors are arrays, numbers numbers, times epoch seconds or as the source wrote them.
pub const ZEEK: &[(&str, Type)] = &[
    ("path", Type::String),
    ("ts", Type::DateTime),
    ("Record", Type::Dynamic),
    ("File", Type::String),
    ("Offset", Type::Long),
];

/// The columns of [`Stream::Syslog`].
///
/// `Timestamp` is the header's. `Facility` and `Severity` are the numbers of RFC 5424, null when the line has no priority; `ProcessID` is text,
/// because RFC 5424 lets it be; `StructuredData` stands as it was written.
pub const SYSLOG: &[(&str, Type)] = &[
    ("Timestamp", Type::DateTime),
    ("Facility", Type::Int),
    ("Severity", Type::Int),
    ("HostName", Type::String),
    ("ProcessName", Type::String),
    ("ProcessID", Type::String),
    ("MessageID", Type::String),
    ("StructuredData", Type::String),
    ("Message", Type::String),
    ("File", Type::String),
    ("Offset", Type::Long),
];

/// The columns of streams whose records have fields of their own choice.
///
/// `Kind` is the record's kind in the source's own word (Suricata's `event_type`). `Record` is a JSON bag of its fields under their own names.
pub const BAGS: &[(&str, Type)] = &[
    ("Kind", Type::String),
    ("Timestamp", Type::DateTime),
    ("Record", Type::Dynamic),
    ("File", Type::String),
    ("Offset", Type::Long),
];

/// [`WINDOWS_EVENTS`] in Arrow.
pub fn windows_events() -> SchemaRef {
    raw_schema(WINDOWS_EVENTS)
}

/// [`ZEEK`] in Arrow.
pub fn zeek() -> SchemaRef {
    raw_schema(ZEEK)
}

/// How a value of a KQL type is held in a raw batch.
///
/// datetime: ticks of 100 ns since 0001-01-01; timespan: ticks; decimal: the engine's; dynamic: minified JSON text; guid: lower case text; string: never null.
pub fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int => DataType::Int32,
        Type::Long | Type::DateTime | Type::TimeSpan => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::Decimal => DECIMAL,
        Type::String | Type::Guid | Type::Dynamic => DataType::Utf8View,
    }
}

/// The Arrow schema of columns with KQL types; only strings are never null.
pub fn raw_schema(columns: &[(&str, Type)]) -> SchemaRef {
    let fields: Vec<Field> =
        columns.iter().map(|(name, ty)| Field::new(*name, arrow_type(*ty), *ty != Type::String)).collect();
    Arc::new(Schema::new(fields))
}
