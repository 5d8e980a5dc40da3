//! JSON (lines, arrays, envelopes) → raw records of whichever stream each object is.
//!
//! In: a stream of text. Out: Windows events, Zeek records and rows of tables, told object by object, because one file may mix them. Lines
//! are cut at line feeds when the file is JSON lines, so that a half line costs only itself; else where objects end.

use std::io::Read;

use serde_json::{Map, Value};

use super::account::Account;
use super::bags::Told;
use super::cell::Cell;
use super::guess::action_table;
use super::object::Object;
use super::raw::Field;
use super::rows::{Place, Rows, ZeekRecord};
use super::shape::Held;
use super::split::{JsonObjects, Lines, Piece, Records, Splitter};
use super::{bags, event_xml, journal, lines, windows_json, zeek_json};
use crate::record::ReadError;

/// Arrays of records inside an object: Event Hubs, Microsoft Graph's and Defender's answers, OData.
const ENVELOPES: [&str; 5] = ["records", "Records", "results", "Results", "value"];

/// What Elasticsearch puts around a record.
const SOURCE: &str = "_source";

/// The table whose rows may be events as well.
const SYSLOG: &str = "Syslog";

/// What an Event Hub puts before a table's name.
const CATEGORY_PREFIX: &str = "AdvancedHunting-";

/// The column of Purview's export of the audit log that holds the whole record, as JSON in a text.
pub(super) const AUDIT_DATA: &str = "AuditData";

/// What a person can do about records of no known table.
pub(super) const ITS_OWN: &str = "`--table` puts it into one of its own";

/// Envelopes inside envelopes: an Elasticsearch hit may hold an Event Hub's message.
const ENVELOPE_DEPTH_MAX: usize = 4;

/// What takes the records of a file.
pub(super) trait Take {
    /// Takes a record's text, if it can do so without its tree. False: it is to be read.
    fn text(&mut self, text: &str, account: &mut Account) -> Result<bool, ReadError>;

    /// Takes an object, with the offset of its record.
    fn object(&mut self, object: &Map<String, Value>, offset: u64, account: &mut Account) -> Result<(), ReadError>;
}

/// Anything that takes objects.
impl<T: FnMut(&Map<String, Value>, u64, &mut Account) -> Result<(), ReadError>> Take for T {
    fn text(&mut self, _: &str, _: &mut Account) -> Result<bool, ReadError> {
        Ok(false)
    }

    fn object(&mut self, object: &Map<String, Value>, offset: u64, account: &mut Account) -> Result<(), ReadError> {
        self(object, offset, account)
    }
}

impl Take for Rows<'_> {
    fn text(&mut self, text: &str, account: &mut Account) -> Result<bool, ReadError> {
        let Some((shape, values)) = self.shapes.row(text) else { return Ok(false) };
        let Some(to) = self.table(&shape.table) else { return Ok(false) };
        to.push_shaped(&shape, values.iter().map(Held::cell), account);
        account.good(&shape.table);
        self.table_grew(&shape.table)?;
        Ok(true)
    }

    fn object(&mut self, object: &Map<String, Value>, offset: u64, account: &mut Account) -> Result<(), ReadError> {
        read_object(object, offset, account, self)
    }
}

/// Does the text start as JSON does: a brace, or a bracket before a value that is no number? Many logs start with a date in brackets.
pub(super) fn starts(start: &str) -> bool {
    let in_list = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(['{', '[', ']', '"']);
    start.starts_with('{') || start.strip_prefix('[').is_some_and(in_list)
}

/// Reads a file that [`starts`] so.
pub(super) fn read(
    reader: &mut dyn Read,
    head: &str,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    each_object(reader, head, account, record_bytes_max, rows)
}

/// Gives every object that is a record, out of its envelopes, and accounts for what is none.
pub(super) fn each_object(
    reader: &mut dyn Read,
    head: &str,
    account: &mut Account,
    record_bytes_max: usize,
    take: &mut dyn Take,
) -> Result<(), ReadError> {
    if is_lines(head) {
        account.format("json lines");
        read_pieces(Records::new(reader, Lines, record_bytes_max), account, take)
    } else {
        account.format("json");
        read_pieces(Records::new(reader, JsonObjects::default(), record_bytes_max), account, take)
    }
}

/// Is any of the first lines an object on its own? A file of one pretty-printed object, or of an array, has no such line.
fn is_lines(head: &str) -> bool {
    let is_array = head.trim_start().starts_with('[');
    let is_object =
        |line: &str| line.starts_with('{') && serde_json::from_str::<Map<String, Value>>(line.trim_end()).is_ok();
    !is_array && head.lines().take(16).any(is_object)
}

fn read_pieces<S: Splitter>(
    mut records: Records<'_, S>,
    account: &mut Account,
    take: &mut dyn Take,
) -> Result<(), ReadError> {
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let text = super::decode::without_mark(bytes).trim_ascii();
                if !text.is_empty() {
                    read_text(text, offset, account, take)?;
                }
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

fn read_text(text: &[u8], offset: u64, account: &mut Account, take: &mut dyn Take) -> Result<(), ReadError> {
    if let Ok(text) = std::str::from_utf8(text)
        && take.text(text, account)?
    {
        return Ok(());
    }
    let text = String::from_utf8_lossy(text);
    match serde_json::from_str(&text) {
        Ok(value) => {
            if matches!(text, std::borrow::Cow::Owned(_)) {
                account.replaced();
            }
            read_value(&value, offset, 0, account, take)
        }
        Err(error) => {
            account.bad_record(offset, format!("broken JSON: {error}"), text.as_bytes());
            Ok(())
        }
    }
}

fn read_value(
    value: &Value,
    offset: u64,
    depth: usize,
    account: &mut Account,
    take: &mut dyn Take,
) -> Result<(), ReadError> {
    match value {
        Value::Object(object) if depth < ENVELOPE_DEPTH_MAX => {
            if let Some(source @ Value::Object(_)) = object.get(SOURCE) {
                return read_value(source, offset, depth + 1, account, take);
            }
            if let Some(records @ Value::Array(_)) = envelope(object) {
                return read_value(records, offset, depth + 1, account, take);
            }
            take.object(object, offset, account)
        }
        Value::Array(items) if depth < ENVELOPE_DEPTH_MAX => {
            items.iter().try_for_each(|item| read_value(item, offset, depth + 1, account, take))
        }
        Value::Object(_) | Value::Array(_) => {
            account.bad_record(offset, "envelopes inside envelopes", value.to_string().as_bytes());
            Ok(())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            account.bad_record(offset, "a JSON value that is no object", value.to_string().as_bytes());
            Ok(())
        }
    }
}

fn envelope(object: &Map<String, Value>) -> Option<&Value> {
    let records = ENVELOPES.iter().find_map(|name| object.get(*name))?;
    let is_records = records.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object));
    is_records.then_some(records)
}

fn read_object(
    object: &Map<String, Value>,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    let map = object;
    let object = &Object::new(map);
    if let Some((table, properties)) = streamed(object) {
        return read_row(table, properties, offset, account, rows);
    }
    if let Some(record) = object.get(AUDIT_DATA).and_then(Value::as_str) {
        return read_audit_data(record, offset, account, rows);
    }
    let said = super::guess::ROUTING_KEYS.iter().find_map(|key| rows.guess.named(object.get(key)?.as_str()?));
    let says = |key: &&str| object.get(key).and_then(Value::as_str) == Some("WindowsEvent");
    if super::guess::ROUTING_KEYS.iter().any(says)
        && let Some(event) = windows_json::exported(object)
    {
        account.good("Windows events");
        return rows.windows(&event, Place { file: account.path(), offset });
    }
    if let Some(table) = said.map(str::to_owned) {
        return read_row(&table, map, offset, account, rows);
    }
    if let Some(event) = windows_json::parse(object) {
        account.good("Windows events");
        return rows.windows(&event, Place { file: account.path(), offset });
    }
    if let Some(entry) = journal::parse(object) {
        return lines::read_message(&entry.message(), offset, account, rows);
    }
    match bags::tell(object) {
        Some(Ok(told)) => {
            return read_bag(&told, &told.record(object), offset, account, rows);
        }
        Some(Err(reason)) => {
            account.bad_record(offset, reason, &bytes(map));
            return Ok(());
        }
        None => {}
    }
    match zeek_json::parse(object) {
        Some(Ok(parsed)) => {
            account.good(format!("Zeek {}", parsed.path).trim_end());
            let record = ZeekRecord { path: &parsed.path, time: parsed.time, record: &parsed.record };
            return rows.zeek(&record, Place { file: account.path(), offset });
        }
        Some(Err(reason)) => {
            account.bad_record(offset, reason, &bytes(map));
            return Ok(());
        }
        None => {}
    }
    match rows.guess.table_of(cells(map)).map(str::to_owned) {
        Some(table) => {
            learn(object, map, &table, rows);
            read_row(&table, map, offset, account, rows)
        }
        None => read_unknown(map, offset, account, rows),
    }
}

/// Reads a record of no known table.
fn read_unknown(
    object: &Map<String, Value>,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    let cells: Vec<(&str, Cell<'_>)> = cells(object).collect();
    let bad = |reason: String, account: &mut Account| account.bad_record(offset, reason, &bytes(object));
    if !rows.custom(&cells, account, bad)? {
        let keys: Vec<&str> = object.keys().take(8).map(String::as_str).collect();
        let keys = keys.join(", ");
        let reason = format!("neither an event nor a row of a known table ({ITS_OWN}); its keys: {keys}");
        account.bad_record(offset, reason, &bytes(object));
    }
    Ok(())
}

/// Remembers the keys of a row, if they alone tell what it is.
fn learn(object: &Object<'_>, map: &Map<String, Value>, table: &str, rows: &mut Rows<'_>) {
    let is_envelope = ENVELOPES.iter().chain([&SOURCE]).any(|key| object.contains_key(key));
    if is_envelope || object.is_met() || table == SYSLOG {
        return;
    }
    let action = map.get("ActionType").and_then(Value::as_str).and_then(action_table);
    if rows.guess.table_of_keys(map.keys().map(String::as_str), action) != Some(table) {
        return;
    }
    // Borrowed apart: the rows of the table tell where values go.
    let mut shapes = std::mem::take(&mut rows.shapes);
    if let Some(to) = rows.table(table) {
        shapes.learn(map, table, |key| to.target(key));
    }
    rows.shapes = shapes;
}

fn read_bag(
    told: &Told<'_>,
    record: &str,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    account.good(format!("{} {}", told.source, told.kind).trim_end());
    let fields = [Field::Text(told.kind), Field::Ticks(told.time), Field::Json(record)];
    rows.raw(told.stream.clone(), fields.into_iter().enumerate(), Place { file: account.path(), offset })?;
    Ok(())
}

/// Reads the record in [`AUDIT_DATA`].
pub(super) fn read_audit_data(
    text: &str,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    match serde_json::from_str(text) {
        Ok(object) => read_object(&object, offset, account, rows),
        Err(error) => {
            account.bad_record(offset, format!("broken JSON in `{AUDIT_DATA}`: {error}"), text.as_bytes());
            Ok(())
        }
    }
}

/// The table and the row of a message of Defender's streaming API.
fn streamed<'v>(object: &Object<'v>) -> Option<(&'v str, &'v Map<String, Value>)> {
    let table = object.get("category")?.as_str()?.strip_prefix(CATEGORY_PREFIX)?;
    Some((table, object.get("properties")?.as_object()?))
}

fn read_row(
    table: &str,
    object: &Map<String, Value>,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    match rows.table(table) {
        Some(to) => {
            to.push(cells(object), account);
            account.good(table);
            rows.table_grew(table)?;
            read_event_of_syslog(table, object, offset, account, rows)
        }
        None => {
            account.bad_record(offset, format!("a row of {table}, which is no known table"), &bytes(object));
            Ok(())
        }
    }
}

/// A row of Syslog whose message is an event of Sysmon for Linux is that event as well, as the line itself would have been.
fn read_event_of_syslog(
    table: &str,
    object: &Map<String, Value>,
    offset: u64,
    account: &Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    let message = object.get("SyslogMessage").and_then(Value::as_str);
    let message = message.filter(|text| table == SYSLOG && text.starts_with("<Event"));
    match message.map(event_xml::parse) {
        Some(Ok(event)) => rows.windows(&event, Place { file: account.path(), offset }),
        Some(Err(_)) | None => Ok(()),
    }
}

/// The object as it is told to a person.
fn bytes(object: &Map<String, Value>) -> Vec<u8> {
    serde_json::to_vec(object).unwrap_or_default()
}

fn cells(object: &Map<String, Value>) -> impl Iterator<Item = (&str, Cell<'_>)> + Clone {
    object.iter().map(|(key, value)| (key.as_str(), Cell::of(value)))
}
