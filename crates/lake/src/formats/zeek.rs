//! Zeek's own log files (tab-separated, with a header that types them) → Zeek records.
//!
//! In: a stream of text. Out: records whose values have their types: numbers, booleans, arrays; a field that is unset is absent. The header
//! may change in mid-file, as when logs are concatenated. Source: docs.zeek.org/en/master/log-formats.html.

use std::io::Read;

use super::account::Account;
use super::bag::{Bag, write_string};
use super::rows::{Place, Rows, ZeekRecord};
use super::split::{Lines, Piece, Records};
use super::ticks;
use crate::record::ReadError;

/// Reads a file that has such a header, or whose lines look as if it had lost it.
pub(super) fn read(
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    account.format("zeek tsv");
    let mut header = Header::default();
    let mut bag = Bag::default();
    let mut records = Records::new(reader, Lines, record_bytes_max);
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
                let line = super::decode::without_mark(line.strip_suffix(b"\r").unwrap_or(line));
                if line.is_empty() {
                    continue;
                }
                if line.first() == Some(&b'#') {
                    header.read(line);
                    continue;
                }
                match header.record(line, &mut bag) {
                    Ok((time, record)) => {
                        account.good(&header.content);
                        let record = ZeekRecord { path: &header.path, time, record: &record };
                        rows.zeek(&record, Place { file: account.path(), offset })?;
                    }
                    Err(reason) => account.bad_record(offset, reason, line),
                }
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

/// Does the line look like a record of a log whose header was cut off: an epoch time, then many fields?
pub(super) fn is_headless_record(line: &str) -> bool {
    let mut fields = line.split('\t');
    let first = fields.next().unwrap_or_default();
    first.contains('.') && ticks::epoch_seconds(first).is_some() && fields.count() >= 5
}

/// What the header says; Zeek's defaults until it says so.
struct Header {
    separator: Vec<u8>,
    set_separator: Vec<u8>,
    empty_field: Vec<u8>,
    unset_field: Vec<u8>,
    path: String,
    /// `Zeek conn`.
    content: String,
    fields: Vec<Field>,
    /// IoT-23's labeled logs put three blanks, not tabs, before the columns that they add.
    tail_count: usize,
}

struct Field {
    name: String,
    ty: FieldType,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldType {
    /// `count`, `int`, `port`, `double`, `time`, `interval`.
    Number,
    Bool,
    /// `string`, `addr`, `subnet`, `enum`, and what later versions add.
    Text,
    /// `set[…]` or `vector[…]` of numbers.
    Numbers,
    /// Of booleans.
    Bools,
    /// Of anything else.
    Texts,
}

/// Between the columns that IoT-23 adds.
const TAIL_SEPARATOR: &str = "   ";

impl Default for Header {
    fn default() -> Self {
        Self {
            separator: b"\t".to_vec(),
            set_separator: b",".to_vec(),
            empty_field: b"(empty)".to_vec(),
            unset_field: b"-".to_vec(),
            path: String::new(),
            content: "Zeek".to_owned(),
            fields: Vec::new(),
            tail_count: 0,
        }
    }
}

impl Header {
    fn read(&mut self, line: &[u8]) {
        if let Some(separator) = line.strip_prefix(b"#separator ") {
            self.separator = unescaped(separator);
            self.fields.clear();
            return;
        }
        let mut parts = split(line, &self.separator);
        let name = parts.next().unwrap_or_default();
        let mut value = || parts.next().map(<[u8]>::to_vec).unwrap_or_default();
        match name {
            b"#set_separator" => self.set_separator = unescaped(&value()),
            b"#empty_field" => self.empty_field = value(),
            b"#unset_field" => self.unset_field = value(),
            b"#path" => {
                self.path = String::from_utf8_lossy(&value()).into_owned();
                self.content = format!("Zeek {}", self.path);
            }
            b"#fields" => {
                let names: Vec<String> = parts.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
                self.tail_count = names.last().map_or(0, |last| last.split(TAIL_SEPARATOR).count() - 1);
                let names = names.iter().flat_map(|name| name.split(TAIL_SEPARATOR));
                self.fields = names.map(|name| Field { name: name.to_owned(), ty: FieldType::Text }).collect();
            }
            b"#types" => {
                let types: Vec<String> = parts.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
                let types = types.iter().flat_map(|name| name.split(TAIL_SEPARATOR));
                for (field, ty) in self.fields.iter_mut().zip(types) {
                    field.ty = field_type(ty);
                }
            }
            _ => {}
        }
    }

    /// The record's time, and its bag as JSON text.
    fn record(&self, line: &[u8], bag: &mut Bag) -> Result<(Option<i64>, String), String> {
        if self.fields.is_empty() {
            return Err("no `#fields` line before it, so its columns are unknown".to_owned());
        }
        let mut values: Vec<&[u8]> = split(line, &self.separator).collect();
        if self.tail_count > 0 && values.len() + self.tail_count == self.fields.len() {
            let last = values.pop().unwrap_or_default();
            values.extend(split(last, TAIL_SEPARATOR.as_bytes()));
        }
        if values.len() != self.fields.len() {
            return Err(format!("{} fields where the header has {}", values.len(), self.fields.len()));
        }
        let mut time = None;
        for (field, raw) in self.fields.iter().zip(values) {
            if raw == self.unset_field {
                continue;
            }
            if field.name == "ts" {
                time = time_of(raw);
                if time.is_none() {
                    bag.finish();
                    return Err(format!("`ts` is no time: {}", String::from_utf8_lossy(raw)));
                }
            }
            self.add(bag, field, raw);
        }
        Ok((time, bag.finish()))
    }

    fn add(&self, bag: &mut Bag, field: &Field, raw: &[u8]) {
        let (is_set, of) = match field.ty {
            FieldType::Numbers => (true, FieldType::Number),
            FieldType::Bools => (true, FieldType::Bool),
            FieldType::Texts => (true, FieldType::Text),
            single => (false, single),
        };
        let mut json = String::new();
        if !is_set {
            let raw = if raw == self.empty_field { b"".as_slice() } else { raw };
            write_value(&mut json, of, raw);
        } else {
            json.push('[');
            if raw != self.empty_field {
                for (idx, item) in split(raw, &self.set_separator).enumerate() {
                    if idx > 0 {
                        json.push(',');
                    }
                    if item == self.unset_field { json.push_str("null") } else { write_value(&mut json, of, item) }
                }
            }
            json.push(']');
        }
        bag.json(&field.name, &json);
    }
}

/// Ticks of `ts`: epoch seconds, or ISO 8601 where Zeek was set to write it.
pub(super) fn time_of(raw: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(raw).ok()?;
    ticks::epoch_seconds(text).or_else(|| ticks::datetime(text))
}

fn field_type(name: &str) -> FieldType {
    let of = name.strip_suffix(']').and_then(|name| name.strip_prefix("set[").or_else(|| name.strip_prefix("vector[")));
    match (of.is_some(), of.unwrap_or(name)) {
        (false, "count" | "int" | "port" | "double" | "time" | "interval") => FieldType::Number,
        (true, "count" | "int" | "port" | "double" | "time" | "interval") => FieldType::Numbers,
        (false, "bool") => FieldType::Bool,
        (true, "bool") => FieldType::Bools,
        (false, _) => FieldType::Text,
        (true, _) => FieldType::Texts,
    }
}

/// A value as JSON; what its type does not allow stays text.
fn write_value(json: &mut String, ty: FieldType, raw: &[u8]) {
    match (ty, raw) {
        (FieldType::Bool, b"T") => json.push_str("true"),
        (FieldType::Bool, b"F") => json.push_str("false"),
        (FieldType::Number, _) if is_json_number(raw) => json.push_str(&String::from_utf8_lossy(raw)),
        _ => write_string(json, &text(raw)),
    }
}

/// RFC 8259's number, without exponent: what Zeek writes and no more.
fn is_json_number(raw: &[u8]) -> bool {
    let digits = raw.strip_prefix(b"-").unwrap_or(raw);
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    let whole = parts.next().unwrap_or_default();
    let is_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    is_digits(whole) && (whole.len() == 1 || whole.first() != Some(&b'0')) && parts.next().is_none_or(is_digits)
}

/// Text with Zeek's escapes undone (`\x09`, `\\`). A byte that is no UTF-8 stays as `\xff`, as in Zeek's JSON, so that nothing is lost.
fn text(raw: &[u8]) -> String {
    let bytes = if memchr::memchr(b'\\', raw).is_some() { unescaped(raw) } else { raw.to_vec() };
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error.as_bytes().utf8_chunks().fold(String::new(), |mut text, chunk| {
            text.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
            text
        }),
    }
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.strip_prefix(b"x").and_then(|hex| hex.get(..2)).and_then(|hex| std::str::from_utf8(hex).ok());
        if byte == b'\\'
            && let Some(value) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            bytes.push(value);
            rest = after.get(3..).unwrap_or_default();
        } else if byte == b'\\' && after.first() == Some(&b'\\') {
            bytes.push(b'\\');
            rest = after.get(1..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    bytes
}

/// The parts between separators of any length; the whole when the separator is empty.
fn split<'t>(text: &'t [u8], separator: &[u8]) -> impl Iterator<Item = &'t [u8]> {
    let mut rest = Some(text);
    let separator = separator.to_vec();
    std::iter::from_fn(move || {
        let text = rest?;
        let found = if separator.is_empty() { None } else { memchr::memmem::find(text, &separator) };
        match found {
            Some(at) => {
                rest = text.get(at + separator.len()..);
                text.get(..at)
            }
            None => rest.take(),
        }
    })
}
