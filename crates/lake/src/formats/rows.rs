//! Gathers raw records of all streams into Arrow batches and hands each batch on when it is full.
//!
//! In: one record at a time, from any format and any file. Out: batches to the sink. Memory is bounded by rows and by bytes; batches run on
//! across files, because a thousand small files must not become a thousand small batches.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Builder, Int64Builder, StringViewBuilder};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use hashbrown::HashMap;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::account::Account;
use super::custom::{Custom, CustomRows, Record};
use super::guess::Guess;
use super::raw::{Field, RawRows};
use super::shape::Shapes;
use super::table::TableRows;
use crate::record::{self, BATCH_ROWS_MAX, RawBatch, RawFile, ReadError, Sink, Stream, Tables};

/// Bytes of text in a batch at most: four records of the longest size allowed.
const BATCH_BYTES_MAX: usize = 64 << 20;

/// A Windows event, from whichever format.
#[derive(Default)]
pub(super) struct WindowsEvent {
    pub(super) time: Option<i64>,
    pub(super) provider: String,
    pub(super) channel: String,
    pub(super) computer: String,
    pub(super) event_id: Option<i32>,
    pub(super) version: Option<i32>,
    pub(super) level: Option<i32>,
    pub(super) task: Option<i32>,
    pub(super) opcode: Option<i32>,
    pub(super) keywords: String,
    pub(super) record_id: Option<i64>,
    pub(super) process_id: Option<i64>,
    pub(super) thread_id: Option<i64>,
    pub(super) user_id: String,
    /// JSON text of a flat bag.
    pub(super) data: String,
    pub(super) message: String,
}

/// A Zeek record, from whichever format.
pub(super) struct ZeekRecord<'r> {
    pub(super) path: &'r str,
    pub(super) time: Option<i64>,
    /// JSON text of a bag.
    pub(super) record: &'r str,
}

/// Where a record was found.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) file: &'p str,
    pub(super) offset: u64,
}

/// The batches under construction, and where they go.
pub(crate) struct Rows<'s> {
    sink: &'s mut dyn Sink,
    tables: &'s dyn Tables,
    /// Tells the table of a row from its columns.
    pub(super) guess: Guess<'s>,
    windows: WindowsRows,
    zeek: ZeekRows,
    by_stream: BTreeMap<Stream, RawRows>,
    by_table: HashMap<String, TableRows>,
    custom: Option<Custom<'s>>,
    /// Rows of JSON that were met before.
    pub(super) shapes: Shapes,
}

impl<'s> Rows<'s> {
    /// Gathers for that sink, with those tables known.
    pub(crate) fn new(tables: &'s dyn Tables, sink: &'s mut dyn Sink) -> Self {
        let guess = Guess::new(tables);
        Self {
            sink,
            tables,
            guess,
            windows: WindowsRows::default(),
            zeek: ZeekRows::default(),
            by_stream: BTreeMap::new(),
            by_table: HashMap::new(),
            custom: None,
            shapes: Shapes::default(),
        }
    }

    /// The same, and records of no known table are gathered, too.
    pub(crate) fn with_custom(mut self, custom: Custom<'s>) -> Self {
        self.guess = self.guess.wary();
        self.custom = Some(custom);
        self
    }

    /// Are records of no known table taken?
    pub(super) fn takes_any(&self) -> bool {
        self.custom.is_some()
    }

    /// Takes a record of no known table; with its account, it is good or bad. False: such records are not taken.
    pub(super) fn custom(
        &mut self,
        record: &Record<'_>,
        account: &mut Account,
        bad: impl FnOnce(String, &mut Account),
    ) -> Result<bool, ReadError> {
        match &mut self.custom {
            None => return Ok(false),
            Some(Custom::Survey(survey)) => survey.see(record),
            Some(Custom::Fill(rows)) => match rows.push(record, account) {
                Ok(()) => account.good(rows.name()),
                Err(reason) => bad(reason, account),
            },
        }
        self.custom_grew()?;
        Ok(true)
    }

    /// Takes the header of a CSV file of no known table.
    pub(super) fn custom_header(&mut self, names: &[String]) {
        if let Some(Custom::Survey(survey)) = &mut self.custom {
            survey.see_header(names);
        }
    }

    /// Takes a Parquet file of no known table. False: such files are not taken.
    pub(super) fn custom_file(&mut self, file: &File, account: &mut Account) -> Result<bool, ReadError> {
        match &mut self.custom {
            None => return Ok(false),
            Some(Custom::Survey(survey)) => {
                if let Ok(metadata) = ArrowReaderMetadata::load(file, Default::default()) {
                    survey.see_file(metadata.schema());
                }
            }
            Some(Custom::Fill(rows)) => give_file(self.sink, rows, file, account)?,
        }
        Ok(true)
    }

    fn custom_grew(&mut self) -> Result<(), ReadError> {
        match &mut self.custom {
            Some(Custom::Fill(rows)) if is_full(rows.size().0, rows.size().1) => give_custom(self.sink, rows),
            _ => Ok(()),
        }
    }

    /// Adds a Windows event.
    pub(super) fn windows(&mut self, event: &WindowsEvent, place: Place<'_>) -> Result<(), ReadError> {
        self.windows.push(event, place);
        if is_full(self.windows.row_count, self.windows.byte_count) {
            return give(self.sink, Stream::WindowsEvents, record::windows_events(), self.windows.finish());
        }
        Ok(())
    }

    /// Adds a Zeek record.
    pub(super) fn zeek(&mut self, record: &ZeekRecord<'_>, place: Place<'_>) -> Result<(), ReadError> {
        self.zeek.push(record, place);
        if is_full(self.zeek.row_count, self.zeek.byte_count) {
            return give(self.sink, Stream::Zeek, record::zeek(), self.zeek.finish());
        }
        Ok(())
    }

    /// Adds a record of any other stream. Fields stand at the places of their columns; those that are not given are absent. Gives the names of
    /// columns whose type a field did not fit.
    pub(super) fn raw<'f>(
        &mut self,
        stream: Stream,
        fields: impl IntoIterator<Item = (usize, Field<'f>)>,
        place: Place<'_>,
    ) -> Result<Vec<&'static str>, ReadError> {
        let rows = match self.by_stream.get_mut(&stream) {
            Some(rows) => rows,
            None => self.by_stream.entry(stream.clone()).or_insert_with(|| RawRows::new(stream.columns())),
        };
        let misfits = rows.push(fields, place);
        if is_full(rows.row_count(), rows.byte_count()) {
            let columns = rows.finish();
            give(self.sink, stream.clone(), record::raw_schema(stream.columns()), columns)?;
        }
        Ok(misfits)
    }

    /// The rows of a table, to add one to; none when no table has that name.
    pub(super) fn table(&mut self, name: &str) -> Option<&mut TableRows> {
        if !self.by_table.contains_key(name) {
            let schema = self.tables.schema(name)?;
            self.by_table.insert(name.to_owned(), TableRows::new(schema));
        }
        self.by_table.get_mut(name)
    }

    /// Hands a table's rows on if they fill a batch: to be called after each row added.
    pub(super) fn table_grew(&mut self, name: &str) -> Result<(), ReadError> {
        match self.by_table.get_mut(name) {
            Some(rows) if is_full(rows.row_count(), rows.byte_count()) => {
                let (schema, columns) = rows.finish();
                give(self.sink, Stream::Table(name.to_owned()), schema, columns)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Hands on a file that is read in place.
    pub(super) fn file(&mut self, raw: RawFile) -> Result<(), ReadError> {
        self.sink.file(raw).map_err(ReadError::Sink)
    }

    /// Hands on what is left.
    pub(crate) fn finish(mut self) -> Result<(), ReadError> {
        if self.windows.row_count > 0 {
            give(self.sink, Stream::WindowsEvents, record::windows_events(), self.windows.finish())?;
        }
        if self.zeek.row_count > 0 {
            give(self.sink, Stream::Zeek, record::zeek(), self.zeek.finish())?;
        }
        for (stream, mut rows) in std::mem::take(&mut self.by_stream) {
            if rows.row_count() > 0 {
                let columns = rows.finish();
                give(self.sink, stream.clone(), record::raw_schema(stream.columns()), columns)?;
            }
        }
        if let Some(Custom::Fill(rows)) = &mut self.custom
            && rows.size().0 > 0
        {
            give_custom(self.sink, rows)?;
        }
        let mut rest: Vec<(String, TableRows)> =
            self.by_table.drain().filter(|(_, rows)| rows.row_count() > 0).collect();
        rest.sort_by(|left, right| left.0.cmp(&right.0));
        for (name, mut rows) in rest {
            let (schema, columns) = rows.finish();
            give(self.sink, Stream::Table(name), schema, columns)?;
        }
        Ok(())
    }
}

fn give_custom(sink: &mut dyn Sink, rows: &mut CustomRows) -> Result<(), ReadError> {
    let (schema, columns) = rows.finish();
    give(sink, Stream::Table(rows.name().to_owned()), schema, columns)
}

fn give_file(sink: &mut dyn Sink, rows: &CustomRows, file: &File, account: &mut Account) -> Result<(), ReadError> {
    let batches = file.try_clone().map_err(|error| error.to_string()).and_then(|file| rows.read_file(file));
    let batches = match batches {
        Ok(batches) => batches,
        Err(reason) => {
            account.bad(0, reason);
            return Ok(());
        }
    };
    for batch in batches {
        match batch {
            Ok(batch) => {
                account.many(rows.name(), batch.num_rows() as u64);
                sink.batch(RawBatch { stream: Stream::Table(rows.name().to_owned()), batch })
                    .map_err(ReadError::Sink)?;
            }
            Err(reason) => {
                account.bad(0, reason);
                return Ok(());
            }
        }
    }
    Ok(())
}

fn is_full(row_count: usize, byte_count: usize) -> bool {
    row_count >= BATCH_ROWS_MAX || byte_count >= BATCH_BYTES_MAX
}

fn give(sink: &mut dyn Sink, stream: Stream, schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<(), ReadError> {
    let batch = RecordBatch::try_new(schema, columns).map_err(|error| ReadError::Sink(Box::new(error)))?;
    sink.batch(RawBatch { stream, batch }).map_err(ReadError::Sink)
}

#[derive(Default)]
struct WindowsRows {
    row_count: usize,
    byte_count: usize,
    time: Int64Builder,
    provider: StringViewBuilder,
    channel: StringViewBuilder,
    computer: StringViewBuilder,
    event_id: Int32Builder,
    version: Int32Builder,
    level: Int32Builder,
    task: Int32Builder,
    opcode: Int32Builder,
    keywords: StringViewBuilder,
    record_id: Int64Builder,
    process_id: Int64Builder,
    thread_id: Int64Builder,
    user_id: StringViewBuilder,
    data: StringViewBuilder,
    message: StringViewBuilder,
    file: StringViewBuilder,
    offset: Int64Builder,
}

impl WindowsRows {
    fn push(&mut self, event: &WindowsEvent, place: Place<'_>) {
        self.row_count += 1;
        self.byte_count += event.data.len() + event.message.len() + place.file.len() + event.provider.len();
        self.time.append_option(event.time);
        self.provider.append_value(&event.provider);
        self.channel.append_value(&event.channel);
        self.computer.append_value(&event.computer);
        self.event_id.append_option(event.event_id);
        self.version.append_option(event.version);
        self.level.append_option(event.level);
        self.task.append_option(event.task);
        self.opcode.append_option(event.opcode);
        self.keywords.append_value(&event.keywords);
        self.record_id.append_option(event.record_id);
        self.process_id.append_option(event.process_id);
        self.thread_id.append_option(event.thread_id);
        self.user_id.append_value(&event.user_id);
        self.data.append_value(if event.data.is_empty() { "{}" } else { &event.data });
        self.message.append_value(&event.message);
        self.file.append_value(place.file);
        self.offset.append_value(as_long(place.offset));
    }

    /// The columns, in the order of [`record::windows_events`]; nothing is left.
    fn finish(&mut self) -> Vec<ArrayRef> {
        let mut full = std::mem::take(self);
        vec![
            Arc::new(full.time.finish()),
            Arc::new(full.provider.finish()),
            Arc::new(full.channel.finish()),
            Arc::new(full.computer.finish()),
            Arc::new(full.event_id.finish()),
            Arc::new(full.version.finish()),
            Arc::new(full.level.finish()),
            Arc::new(full.task.finish()),
            Arc::new(full.opcode.finish()),
            Arc::new(full.keywords.finish()),
            Arc::new(full.record_id.finish()),
            Arc::new(full.process_id.finish()),
            Arc::new(full.thread_id.finish()),
            Arc::new(full.user_id.finish()),
            Arc::new(full.data.finish()),
            Arc::new(full.message.finish()),
            Arc::new(full.file.finish()),
            Arc::new(full.offset.finish()),
        ]
    }
}

#[derive(Default)]
struct ZeekRows {
    row_count: usize,
    byte_count: usize,
    path: StringViewBuilder,
    time: Int64Builder,
    record: StringViewBuilder,
    file: StringViewBuilder,
    offset: Int64Builder,
}

impl ZeekRows {
    fn push(&mut self, record: &ZeekRecord<'_>, place: Place<'_>) {
        self.row_count += 1;
        self.byte_count += record.record.len() + record.path.len() + place.file.len();
        self.path.append_value(record.path);
        self.time.append_option(record.time);
        self.record.append_value(record.record);
        self.file.append_value(place.file);
        self.offset.append_value(as_long(place.offset));
    }

    /// The columns, in the order of [`record::zeek`]; nothing is left.
    fn finish(&mut self) -> Vec<ArrayRef> {
        let mut full = std::mem::take(self);
        vec![
            Arc::new(full.path.finish()),
            Arc::new(full.time.finish()),
            Arc::new(full.record.finish()),
            Arc::new(full.file.finish()),
            Arc::new(full.offset.finish()),
        ]
    }
}

pub(super) fn as_long(offset: u64) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}
