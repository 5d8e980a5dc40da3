//! Files that each test writes itself, what is read from them, and the account of it.

mod archives;
mod as_is;
mod bags;
mod broken;
mod lines;
mod mutated;
mod tables;
mod windows;
mod zeek;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, Float64Array, Int32Array, Int64Array, StringViewArray};
use arrow::record_batch::RecordBatch;
use lake::open::{Options, read};
use lake::record::{FileSummary, RawBatch, RawFile, ReadError, Sink, SinkError, Stream, Summary, Tables};
use semantics::{Column, CompatColumn, TableSchema, Type};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// Three tables that overlap, as Defender's do.
struct Known;

fn schema(name: &str) -> Option<TableSchema> {
    use Type::{Bool, DateTime, Dynamic, Guid, Int, Long, Real, String, TimeSpan};
    let common = [
        ("Timestamp", DateTime),
        ("DeviceId", String),
        ("DeviceName", String),
        ("ActionType", String),
        ("ReportId", Long),
    ];
    let own: &[(&str, Type)] = match name {
        "DeviceNetworkEvents" => &[
            ("RemoteIP", String),
            ("RemotePort", Int),
            ("RemoteUrl", String),
            ("InitiatingProcessAccountName", String),
            ("AdditionalFields", Dynamic),
        ],
        "DeviceEvents" => &[
            ("RemoteIP", String),
            ("RemotePort", Int),
            ("RemoteUrl", String),
            ("FileName", String),
            ("AccountName", String),
            ("AdditionalFields", Dynamic),
        ],
        "Readings_CL" => &[("Value", Real), ("IsOn", Bool), ("Took", TimeSpan), ("Key", Guid)],
        _ => return None,
    };
    let columns = common.iter().chain(own).map(|(name, ty)| Column::new(*name, *ty)).collect();
    let stand_in = |name: &str, column: &str| CompatColumn { name: name.to_owned(), column: column.to_owned() };
    let mut compat = vec![stand_in("TimeGenerated", "Timestamp")];
    if name == "DeviceNetworkEvents" {
        compat.push(stand_in("AccountName", "InitiatingProcessAccountName"));
    }
    Some(TableSchema { name: name.to_owned(), columns, compat })
}

impl Tables for Known {
    fn schema(&self, name: &str) -> Option<Arc<TableSchema>> {
        schema(name).map(Arc::new)
    }

    fn names(&self) -> Vec<String> {
        ["DeviceEvents", "DeviceNetworkEvents", "Readings_CL"].map(str::to_owned).to_vec()
    }
}

/// Rows as JSON objects, in the order in which they came, nulls left out.
#[derive(Default)]
struct Collected {
    rows: Vec<(Stream, Map<String, Value>)>,
    batch_rows: Vec<usize>,
    files: Vec<RawFile>,
    fails: bool,
}

impl Sink for Collected {
    fn batch(&mut self, raw: RawBatch) -> Result<(), SinkError> {
        if self.fails {
            return Err("full".into());
        }
        self.batch_rows.push(raw.batch.num_rows());
        self.rows.extend((0..raw.batch.num_rows()).map(|row| (raw.stream.clone(), object(&raw.batch, row))));
        Ok(())
    }

    fn file(&mut self, raw: RawFile) -> Result<(), SinkError> {
        self.files.push(raw);
        Ok(())
    }
}

fn object(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema();
    let cells = schema.fields().iter().zip(batch.columns()).filter(|(_, values)| values.is_valid(row));
    cells.map(|(field, values)| (field.name().clone(), cell(values.as_ref(), row))).collect()
}

fn cell(values: &dyn Array, row: usize) -> Value {
    let values = values.as_any();
    if let Some(values) = values.downcast_ref::<StringViewArray>() {
        return json!(values.value(row));
    }
    if let Some(values) = values.downcast_ref::<Int64Array>() {
        return json!(values.value(row));
    }
    if let Some(values) = values.downcast_ref::<Int32Array>() {
        return json!(values.value(row));
    }
    if let Some(values) = values.downcast_ref::<Float64Array>() {
        return json!(values.value(row));
    }
    let values = values.downcast_ref::<BooleanArray>().expect("raw batches have five Arrow types");
    json!(values.value(row))
}

/// What was read from files.
struct Read {
    collected: Collected,
    summary: Summary,
    folder: TempDir,
}

impl Read {
    /// The rows of a stream.
    fn rows(&self, stream: &Stream) -> Vec<&Map<String, Value>> {
        self.collected.rows.iter().filter(|(of, _)| of == stream).map(|(_, row)| row).collect()
    }

    /// The rows of a table, as JSON.
    fn table(&self, name: &str) -> Vec<Value> {
        self.rows(&Stream::Table(name.to_owned())).into_iter().cloned().map(Value::Object).collect()
    }

    /// The account of the file whose path ends so.
    fn file(&self, end: &str) -> &FileSummary {
        self.summary.files.iter().find(|file| file.path.ends_with(end)).expect("the file was read")
    }

    /// Paths of all accounts, from the folder on.
    fn paths(&self) -> Vec<&str> {
        let folder = format!("{}/", self.folder.path().display());
        self.summary.files.iter().map(|file| file.path.strip_prefix(&folder).unwrap_or(&file.path)).collect()
    }
}

/// Writes the files into a folder and reads that.
fn read_files(files: &[(&str, &[u8])]) -> Read {
    read_files_with(files, &Options::default())
}

fn read_files_with(files: &[(&str, &[u8])], options: &Options<'_>) -> Read {
    let folder = folder_of(files);
    let mut collected = Collected::default();
    let summary = read(&[folder.path().to_owned()], &Known, options, &mut collected).expect("every path is readable");
    Read { collected, summary, folder }
}

fn folder_of(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, bytes) in files {
        write(&folder.path().join(name), bytes);
    }
    folder
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder for the file");
    std::fs::write(path, bytes).expect("the file is written");
}

fn read_paths(paths: &[PathBuf], sink: &mut Collected) -> Result<Summary, ReadError> {
    read(paths, &Known, &Options::default(), sink)
}

/// Ticks of a Unix time: 621355968000000000 is .NET's documented `DateTime.UnixEpoch.Ticks`.
fn unix(seconds: i64) -> i64 {
    621_355_968_000_000_000 + seconds * 10_000_000
}
