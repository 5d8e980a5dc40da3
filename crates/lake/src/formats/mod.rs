//! Bytes → raw records. One file per byte format; each is told by content, never by name.
//!
//! In: the bytes of one file, its account, and the batches under construction. Out: raw records and the account. Formats know no archives, no
//! folders and no tables' meaning.

#![deny(clippy::indexing_slicing, clippy::string_slice)]

mod account;
mod as_is;
mod bag;
mod bags;
mod batches;
mod cef;
mod cell;
mod clock;
mod csv;
pub(crate) mod custom;
mod declared;
mod decode;
mod event_xml;
mod evtx;
mod guess;
pub(crate) mod inline;
mod journal;
mod json;
mod lines;
mod object;
mod parquet;
mod raw;
mod rows;
mod shape;
mod split;
mod stored;
mod syslog;
mod table;
mod ticks;
mod w3c;
mod web;
mod windows_json;
mod xml;
mod zeek;
mod zeek_json;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use as_is::{AsIs, read_as_is};

pub(crate) use account::Account;
pub(crate) use as_is::{read_headed_rows, read_header_and_rows};
pub(crate) use declared::read_declared;
pub(crate) use evtx::MAGIC as EVTX_MAGIC;
pub(crate) use parquet::MAGIC as PARQUET_MAGIC;
pub(crate) use rows::Rows;
pub(crate) use stored::{present as parquet_batches, read as parquet_columns};
pub(crate) use ticks::{datetime, epoch_seconds};

use crate::open::peek::Peeked;
use crate::record::ReadError;

/// Bytes by which a text's format is told: the widest table's header is 9 KB, a first JSON line is rarely more.
const HEAD_BYTES: usize = 64 * 1024;

/// Reads an EVTX file.
pub(crate) fn read_evtx(reader: &mut dyn Read, account: &mut Account, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    evtx::read(reader, account, rows)
}

/// Finds the table of a Parquet file.
pub(crate) fn read_parquet(
    path: &Path,
    file: &File,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    parquet::read(path, file, account, rows)
}

/// Reads a file that is text, in whichever of the formats that are.
pub(crate) fn read_text(
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    with_text(reader, account, &mut |head, text, account| read_decoded(head, text, account, rows, record_bytes_max))
}

/// What is done with a text: its first characters, all of it, its account.
type TakeText<'t> = dyn FnMut(&str, &mut dyn Read, &mut Account) -> Result<(), ReadError> + 't;

/// Gives the stream as UTF-8, and its first characters.
fn with_text(reader: &mut dyn Read, account: &mut Account, take: &mut TakeText<'_>) -> Result<(), ReadError> {
    let mut all = Peeked::new(reader, HEAD_BYTES);
    let encoding = decode::encoding(all.head());
    let Some(encoding) = encoding else { return take_text(&mut all, account, take) };
    account.note(format!("decoded from {}", encoding.name()));
    take_text(&mut decode::Decoded::new(&mut all, encoding), account, take)
}

fn take_text(reader: &mut dyn Read, account: &mut Account, take: &mut TakeText<'_>) -> Result<(), ReadError> {
    let mut all = Peeked::new(reader, HEAD_BYTES);
    let head = String::from_utf8_lossy(decode::without_mark(all.head())).into_owned();
    take(&head, &mut all, account)
}

fn read_decoded(
    head: &str,
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    let start = head.trim_start();
    let first_line = start.lines().next().unwrap_or_default();
    if start.is_empty() {
        account.note("empty");
        return Ok(());
    }
    if w3c::is_w3c(start) {
        w3c::read(reader, account, rows, record_bytes_max)?;
    } else if start.starts_with('#') && head.contains("#fields") || zeek::is_headless_record(first_line) {
        zeek::read(reader, account, rows, record_bytes_max)?;
    } else if json::starts(start) {
        json::read(reader, head, account, rows, record_bytes_max)?;
    } else if lines::is_sure(first_line)
        // A table of log lines has a header, and a cell may hold several lines.
        || lines::is_lines(start) && csv::table_separator(start, &rows.guess).is_none()
    {
        lines::read(reader, account, rows, record_bytes_max)?;
    } else if start.starts_with('<') && xml::has_events(start) {
        xml::read(reader, account, rows, record_bytes_max)?;
    } else if let Some(separator) = csv::table_separator(start, &rows.guess) {
        csv::read(reader, separator, account, rows, record_bytes_max)?;
    } else if let Some(separator) = csv::separator_of_any(start, rows.takes_any()) {
        csv::read(reader, separator, account, rows, record_bytes_max)?;
    } else {
        account.note(format!("not read: {}", unread(start)));
        return Ok(());
    }
    if account.record_count() == 0 {
        account.note("holds no record");
    }
    Ok(())
}

/// What a text is that no format here reads, by name where it has one.
fn unread(start: &str) -> &'static str {
    if start.bytes().take(1024).any(|byte| byte == 0) {
        "binary data of no known format"
    } else {
        "text of no known format"
    }
}
