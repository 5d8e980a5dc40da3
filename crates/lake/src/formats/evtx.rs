//! Windows event log files (EVTX) → Windows events.
//!
//! In: the bytes of a file, in order, so that a file inside an archive needs no room on disk. Out: events, and an account of the records that
//! cannot be read. A chunk is 64 KiB and stands alone: what is broken in one costs no other.

use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::evtx::err::EvtxError;
use ::evtx::{EvtxChunkData, ParserSettings};

use super::account::Account;
use super::event_xml;
use super::rows::{Place, Rows};
use crate::open::budget::DiskFailure;
use crate::record::ReadError;

/// The first bytes of the file.
pub(crate) const MAGIC: &[u8] = b"ElfFile\0";
/// Bytes of the file's header.
const HEADER_BYTES: usize = 4096;
/// Where in the header the number of chunks is, 16 bits of it.
const CHUNK_COUNT_AT: usize = 42;
/// Bytes of a chunk.
const CHUNK_BYTES: usize = 65_536;
/// Bytes of a record before its XML.
const RECORD_HEADER_BYTES: u64 = 24;

/// Reads a file whose first bytes are [`MAGIC`].
pub(super) fn read(reader: &mut dyn Read, account: &mut Account, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    account.format("evtx");
    let mut bytes = vec![0; HEADER_BYTES];
    if read_full(reader, &mut bytes, 0, account)? < HEADER_BYTES {
        account.bad(0, "the file ends inside its header");
        return Ok(());
    }
    let chunk_count = bytes.get(CHUNK_COUNT_AT..CHUNK_COUNT_AT + 2).and_then(|count| count.try_into().ok());
    let chunk_count = u64::from(chunk_count.map_or(0, u16::from_le_bytes));
    let settings = Arc::new(ParserSettings::new());
    let mut offset = HEADER_BYTES as u64;
    let mut bytes = vec![0; CHUNK_BYTES];
    loop {
        let count = read_full(reader, &mut bytes, offset, account)?;
        if count == 0 {
            // A file that is still written to may have more chunks than its header knows of, never fewer.
            let read = (offset - HEADER_BYTES as u64) / CHUNK_BYTES as u64;
            if read < chunk_count {
                account.bad(offset, format!("the file ends after {read} of the {chunk_count} chunks of its header"));
            }
            return Ok(());
        }
        if bytes.iter().any(|byte| *byte != 0) {
            if count < CHUNK_BYTES {
                account.bad(offset, format!("the file ends {count} bytes into a chunk of {CHUNK_BYTES}"));
            }
            read_chunk(&bytes, offset, &settings, account, rows)?;
        }
        if count < CHUNK_BYTES {
            return Ok(());
        }
        offset += CHUNK_BYTES as u64;
    }
}

fn read_chunk(
    bytes: &[u8],
    chunk_offset: u64,
    settings: &Arc<ParserSettings>,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    let mut found = Vec::new();
    // The parser is safe Rust but may still panic on bytes that nobody foresaw; what it found before stays.
    let end = catch_unwind(AssertUnwindSafe(|| render(bytes, settings, &mut found)));
    for (at, record) in found {
        let offset = chunk_offset + at;
        match record.and_then(|xml| event_xml::parse(&xml)) {
            Ok(event) => {
                account.good("Windows events");
                rows.windows(&event, Place { file: account.path(), offset })?;
            }
            Err(reason) => account.bad(offset, reason),
        }
    }
    match end {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => account.bad(chunk_offset, reason),
        Err(_) => account.bad(chunk_offset, "the chunk is broken in a way that stops its reader"),
    }
    Ok(())
}

/// A record's offset in the chunk, and its XML or why there is none.
type Found = (u64, Result<String, String>);

fn render(bytes: &[u8], settings: &Arc<ParserSettings>, found: &mut Vec<Found>) -> Result<(), String> {
    let mut data = EvtxChunkData::new(bytes.to_vec(), false).map_err(|error| format!("broken chunk: {error}"))?;
    let mut chunk = data.parse(Arc::clone(settings)).map_err(|error| format!("broken chunk: {error}"))?;
    for record in chunk.iter() {
        found.push(match record {
            Ok(record) => {
                let at = record.binxml_offset.saturating_sub(RECORD_HEADER_BYTES);
                (at, record.into_xml().map(|xml| xml.data).map_err(|error| format!("broken record: {error}")))
            }
            Err(error) => {
                let at = match &error {
                    EvtxError::FailedToReadRecordAt { offset, .. } => *offset,
                    _ => 0,
                };
                (at, Err(format!("broken record: {error}")))
            }
        });
    }
    Ok(())
}

/// Fills the buffer as far as there are bytes; the rest of it is zero.
fn read_full(reader: &mut dyn Read, buffer: &mut [u8], offset: u64, account: &mut Account) -> Result<usize, ReadError> {
    let mut count = 0;
    while let Some(free) = buffer.get_mut(count..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                let reason = DiskFailure::or_broken(error)?;
                account.broken(offset + count as u64, &reason);
                break;
            }
        }
    }
    buffer.get_mut(count..).unwrap_or_default().fill(0);
    Ok(count)
}
