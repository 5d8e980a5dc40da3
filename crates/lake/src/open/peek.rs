//! A look at the first bytes of a stream that loses none of them.
//!
//! In: a reader. Out: its first bytes, and a reader of all of it. An error met while looking is given again in its place, because a
//! decompressor that failed once may claim on the next call that it has ended.

use std::io::{Error, ErrorKind, Read, Result};

/// A stream whose first bytes are known.
pub(crate) struct Peeked<'r> {
    head: Vec<u8>,
    given: usize,
    error: Option<Error>,
    rest: Option<&'r mut dyn Read>,
}

impl<'r> Peeked<'r> {
    /// Looks at so many bytes at most.
    pub(crate) fn new(reader: &'r mut dyn Read, byte_count_max: usize) -> Self {
        let mut head = vec![0; byte_count_max];
        let mut count = 0;
        let mut error = None;
        while let Some(free) = head.get_mut(count..).filter(|free| !free.is_empty()) {
            match reader.read(free) {
                Ok(0) => break,
                Ok(read) => count += read,
                Err(found) if found.kind() == ErrorKind::Interrupted => {}
                Err(found) => {
                    error = Some(found);
                    break;
                }
            }
        }
        head.truncate(count);
        let rest = if error.is_none() { Some(reader) } else { None };
        Self { head, given: 0, error, rest }
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The error that came before any byte.
    pub(crate) fn failed_at_once(&mut self) -> Option<Error> {
        if self.head.is_empty() { self.error.take() } else { None }
    }
}

impl Read for Peeked<'_> {
    fn read(&mut self, free: &mut [u8]) -> Result<usize> {
        let ready = self.head.get(self.given..).unwrap_or_default();
        if !ready.is_empty() {
            let count = ready.len().min(free.len());
            if let (Some(to), Some(from)) = (free.get_mut(..count), ready.get(..count)) {
                to.copy_from_slice(from);
            }
            self.given += count;
            return Ok(count);
        }
        match (self.error.take(), &mut self.rest) {
            (Some(error), _) => Err(error),
            (None, Some(rest)) => rest.read(free),
            (None, None) => Ok(0),
        }
    }
}
