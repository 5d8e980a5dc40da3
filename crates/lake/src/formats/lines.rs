//! Text logs of one record a line → raw records, each line told by itself: syslog, CEF, LEEF, and the requests that web servers and
//! proxies log.
//!
//! In: a stream of text. Out: records of whichever stream a line is; one file may mix them, as what a collector wrote from many devices does. A
//! syslog message that holds a record of another kind (CEF, LEEF, an event as XML) is that record. A line that is none of these is counted.

use std::borrow::Cow;
use std::io::Read;

use super::account::Account;
use super::cef::{self, Wrapping};
use super::raw::Field;
use super::rows::{Place, Rows};
use super::split::{Lines, Piece, Records};
use super::{decode, event_xml, syslog, web};
use crate::record::{ReadError, Stream};

/// Lines at the start of a file by which it is told: one of them may be half a line, or a banner.
const HEAD_LINES_MAX: usize = 16;

/// Is any of the first lines sure to be of such a log? XML may hold such lines, too, and starts with another angle bracket.
pub(super) fn is_lines(head: &str) -> bool {
    let is_xml = head.strip_prefix('<').is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_digit()));
    !is_xml && head.lines().take(HEAD_LINES_MAX).any(is_sure)
}

/// Is the line one of these, whatever stands around it?
pub(super) fn is_sure(line: &str) -> bool {
    cef::starts(line) || syslog::is_sure(line) || web::parse(line).is_some()
}

/// Reads a file that [`is_lines`].
pub(super) fn read(
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    account.format("lines");
    let mut records = Records::new(reader, Lines, record_bytes_max);
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let line = String::from_utf8_lossy(decode::without_mark(bytes));
                if matches!(line, Cow::Owned(_)) {
                    account.replaced();
                }
                let line = line.trim_end_matches(['\r', '\n', '\0', ' ']);
                if !line.is_empty() {
                    read_line(line, offset, account, rows)?;
                }
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

fn read_line(line: &str, offset: u64, account: &mut Account, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    if cef::starts(line) {
        return cef::read(line, Wrapping::default(), offset, account, rows);
    }
    if let Some(message) = syslog::parse(line, account.modified()) {
        return read_message(&message, offset, account, rows);
    }
    if let Some(request) = web::parse(line) {
        account.good("web requests");
        let fields = [Field::Text(request.kind), Field::Ticks(Some(request.time)), Field::Json(&request.record)];
        rows.raw(Stream::Web, fields.into_iter().enumerate(), Place { file: account.path(), offset })?;
        return Ok(());
    }
    account.bad_record(offset, "a line that is neither syslog, CEF or LEEF nor a web request", line.as_bytes());
    Ok(())
}

/// Reads a syslog message, or the record that it holds.
pub(super) fn read_message(
    message: &syslog::Message<'_>,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    if message.is_yearless {
        account.year_inferred();
    }
    if let Some(record) = cef::inside(message.text) {
        return cef::read(record, Wrapping { time: message.time, host: message.host }, offset, account, rows);
    }
    if message.text.starts_with("<Event") {
        match event_xml::parse(message.text) {
            Ok(event) => rows.windows(&event, Place { file: account.path(), offset })?,
            // Relays cut long messages.
            Err(_) => account.note("messages that hold half an event as XML are in Syslog only"),
        }
    }
    let (facility, severity) = match message.priority {
        Some(priority) => ((priority / 8).to_string(), (priority % 8).to_string()),
        None => Default::default(),
    };
    let fields = [
        Field::Ticks(message.time),
        Field::Text(&facility),
        Field::Text(&severity),
        Field::Text(message.host),
        Field::Text(message.process),
        Field::Text(message.process_id),
        Field::Text(message.message_id),
        Field::Text(message.structured),
        Field::Text(message.text),
    ];
    rows.raw(Stream::Syslog, fields.into_iter().enumerate(), Place { file: account.path(), offset })?;
    account.good("syslog");
    Ok(())
}
