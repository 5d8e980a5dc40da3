//! Cuts a stream of bytes into records, each with its offset, in bounded memory.
//!
//! In: a reader and a rule that finds where a record ends (a line, a CSV row, a JSON value). Out: one record at a time, or the fact that one
//! was too long to hold. Knows nothing of what a record means. A stream that breaks in the middle ends there, and says why.

use std::io::{ErrorKind, Read};

use super::account::BAD_BYTES_MAX;
use crate::open::budget::DiskFailure;
use crate::record::ReadError;

/// Bytes asked of the reader at once: large enough that a call costs nothing beside the work on its bytes.
const READ_BYTES: usize = 256 * 1024;

/// Finds the ends of records. It keeps its state between calls, so that no byte is looked at twice.
pub(super) trait Splitter {
    /// Looks at the next bytes. `Some(n)`: a record ends after `n` of them.
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize>;

    /// Where in the piece that it just ended, or is in, the record starts; past its end when it holds none.
    fn start(&self) -> usize {
        0
    }

    /// Is the last record whole, if the stream ends here?
    fn is_whole(&self) -> bool {
        true
    }

    /// Forgets the record that it is in: the next byte starts a line, and with it perhaps a record.
    fn give_up(&mut self);
}

/// What a stream holds next.
pub(super) enum Piece<'b> {
    /// A record; empty when what lay there was none.
    Whole { offset: u64, bytes: &'b [u8] },
    /// A record that is longer than the limit or never ends, and what it begins with.
    GivenUp { offset: u64, reason: String, head: Vec<u8> },
}

/// How often a file's reading goes on at the line after the start of a record that does not end. More would let a hostile file make us read
/// the same bytes again and again.
const RESCUES_MAX: u32 = 16;

/// A stream of bytes cut into records.
pub(super) struct Records<'r, S> {
    reader: &'r mut dyn Read,
    splitter: S,
    buffer: Vec<u8>,
    /// Start of the record in the buffer.
    start: usize,
    /// How far the splitter has looked.
    seen: usize,
    /// Offset in the stream of the buffer's first byte.
    base: u64,
    record_bytes_max: usize,
    rescues_left: u32,
    is_ended: bool,
    broken: Option<String>,
}

impl<'r, S: Splitter> Records<'r, S> {
    /// Cuts what the reader gives.
    pub(super) fn new(reader: &'r mut dyn Read, splitter: S, record_bytes_max: usize) -> Self {
        Self {
            reader,
            splitter,
            buffer: Vec::new(),
            start: 0,
            seen: 0,
            base: 0,
            record_bytes_max,
            rescues_left: RESCUES_MAX,
            is_ended: false,
            broken: None,
        }
    }

    /// The next record; none at the end. The last one need not be ended.
    ///
    /// Errors: only a disk that fails. Compressed bytes that are broken end the stream; [`Self::broken`] tells.
    pub(super) fn next(&mut self) -> Result<Option<Piece<'_>>, ReadError> {
        loop {
            let fresh = self.buffer.get(self.seen..).unwrap_or_default();
            if let Some(count) = self.splitter.find_end(fresh) {
                let end = self.seen + count;
                return Ok(Some(self.whole(end)));
            }
            self.seen = self.buffer.len();
            if self.seen - self.start > self.record_bytes_max {
                let reason = format!("longer than {} bytes", self.record_bytes_max);
                return self.skip(reason).map(Some);
            }
            if self.is_ended && self.broken.is_some() {
                // What stands before the break is half a record, even where it happens to look like a whole one.
                return Ok(None);
            }
            if self.is_ended {
                if !self.splitter.is_whole() && self.line_end().is_some() && self.rescues_left > 0 {
                    return self.skip("never ends".to_owned()).map(Some);
                }
                let end = self.buffer.len();
                return Ok((self.start < end).then(|| self.whole(end)));
            }
            self.fill()?;
        }
    }

    /// Where and why the stream ended before its time, if it did.
    pub(super) fn broken(&self) -> Option<(u64, &str)> {
        Some((self.base + self.buffer.len() as u64, self.broken.as_deref()?))
    }

    fn whole(&mut self, end: usize) -> Piece<'_> {
        let start = (self.start + self.splitter.start()).min(end);
        let offset = self.base + start as u64;
        self.start = end;
        self.seen = end;
        Piece::Whole { offset, bytes: self.buffer.get(start..end).unwrap_or_default() }
    }

    /// Drops a line: the one in which the record starts, so that what it swallowed is read after all; else the one that is being read.
    fn skip(&mut self, reason: String) -> Result<Piece<'_>, ReadError> {
        self.start = (self.start + self.splitter.start()).min(self.seen);
        let offset = self.base + self.start as u64;
        let held = self.buffer.get(self.start..self.seen).unwrap_or_default();
        let head = held.get(..BAD_BYTES_MAX).unwrap_or(held).to_vec();
        self.splitter.give_up();
        if let Some(end) = self.line_end().filter(|_| self.rescues_left > 0) {
            self.rescues_left -= 1;
            self.start = end;
            self.seen = end;
            return Ok(Piece::GivenUp { offset, reason, head });
        }
        loop {
            self.start = self.seen;
            if let Some(end) = self.line_end() {
                self.start = end;
                self.seen = end;
                return Ok(Piece::GivenUp { offset, reason, head });
            }
            self.start = self.buffer.len();
            self.seen = self.start;
            if self.is_ended {
                return Ok(Piece::GivenUp { offset, reason, head });
            }
            self.fill()?;
        }
    }

    /// Where in the buffer the first line of the record ends.
    fn line_end(&self) -> Option<usize> {
        let held = self.buffer.get(self.start..)?;
        memchr::memchr(b'\n', held).map(|at| self.start + at + 1)
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.base += self.start as u64;
            self.seen -= self.start;
            self.start = 0;
        }
        let held = self.buffer.len();
        self.buffer.resize(held + READ_BYTES, 0);
        let read = match self.buffer.get_mut(held..) {
            Some(free) => read_some(self.reader, free),
            None => Ok(0),
        };
        self.buffer.truncate(held + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => self.is_ended = true,
            Ok(_) => {}
            Err(error) => {
                self.is_ended = true;
                self.broken = Some(DiskFailure::or_broken(error)?);
            }
        }
        Ok(())
    }
}

fn read_some(reader: &mut dyn Read, free: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match reader.read(free) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Ends a record at each line feed.
pub(super) struct Lines;

impl Splitter for Lines {
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', bytes).map(|at| at + 1)
    }

    fn give_up(&mut self) {}
}

/// Ends a record at each line feed outside double quotes.
///
/// A doubled quote inside quotes closes and opens again, which leaves the state as it was.
#[derive(Default)]
pub(super) struct CsvRows {
    in_quotes: bool,
}

impl Splitter for CsvRows {
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for at in memchr::memchr2_iter(b'\n', b'"', bytes) {
            if bytes.get(at) == Some(&b'"') {
                self.in_quotes = !self.in_quotes;
            } else if !self.in_quotes {
                return Some(at + 1);
            }
        }
        None
    }

    fn is_whole(&self) -> bool {
        !self.in_quotes
    }

    fn give_up(&mut self) {
        self.in_quotes = false;
    }
}

/// Ends a record after each JSON object that is one: at the top, in the top array, or in the array of an envelope.
#[derive(Default)]
pub(super) struct JsonObjects {
    depth: u32,
    /// The depth at which an object is a record.
    record_depth: u32,
    in_string: bool,
    is_escaped: bool,
    /// The last byte looked at ended a piece.
    is_ended: bool,
    /// In what follows the array of an envelope.
    is_tail: bool,
    /// Bytes looked at since the last end.
    byte_count: usize,
    /// Where in them the record starts.
    record_start: Option<usize>,
    /// The start of a top object, to see whether it is the head of an envelope.
    head: Vec<u8>,
}

/// Longer than the head of any envelope with blanks in it.
const HEAD_BYTES_MAX: usize = 64;

/// Envelopes whose array is read element by element: Event Hubs, Microsoft Graph, OData and exports like them.
const ENVELOPE_HEADS: [&[u8]; 6] =
    [b"{\"records\":", b"{\"Records\":", b"{\"results\":", b"{\"Results\":", b"{\"value\":", b"{\"events\":"];

impl Splitter for JsonObjects {
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        if std::mem::take(&mut self.is_ended) {
            self.byte_count = 0;
            self.record_start = None;
        }
        for (at, byte) in bytes.iter().copied().enumerate() {
            let is_end = self.step(byte);
            self.byte_count += 1;
            if is_end {
                self.is_ended = true;
                return Some(at + 1);
            }
        }
        None
    }

    fn start(&self) -> usize {
        self.record_start.unwrap_or(usize::MAX / 2)
    }

    fn is_whole(&self) -> bool {
        self.record_start.is_none() || self.is_ended
    }

    fn give_up(&mut self) {
        self.in_string = false;
        self.is_escaped = false;
        self.depth = self.record_depth;
        self.byte_count = 0;
        self.record_start = None;
    }
}

impl JsonObjects {
    /// Takes one byte; tells whether a piece ends with it.
    fn step(&mut self, byte: u8) -> bool {
        if self.record_depth == 0 && self.depth == 1 && self.head.len() < HEAD_BYTES_MAX {
            // The bracket itself is not part of the head that it is compared with.
            if byte == b'[' && !self.in_string && ENVELOPE_HEADS.contains(&self.head.as_slice()) {
                self.record_depth = 2;
                self.record_start = None;
            } else if !byte.is_ascii_whitespace() {
                self.head.push(byte);
            }
        }
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.open(byte),
            b']' | b'}' => return self.close(byte),
            _ => {}
        }
        false
    }

    fn open(&mut self, byte: u8) {
        if self.depth == self.record_depth {
            if byte == b'{' {
                self.record_start = Some(self.byte_count);
                self.head.clear();
                self.head.push(byte);
            } else if self.depth == 0 {
                self.record_depth = 1;
            }
        }
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self, byte: u8) -> bool {
        self.depth = self.depth.saturating_sub(1);
        if self.depth < self.record_depth {
            // The array of records has ended. What follows in an envelope is no record.
            self.record_depth = 0;
            self.is_tail = self.depth > 0;
            return self.depth == 0;
        }
        if self.depth == 0 && std::mem::take(&mut self.is_tail) {
            self.record_start = None;
            return true;
        }
        byte == b'}' && self.depth == self.record_depth && self.record_start.is_some()
    }
}
