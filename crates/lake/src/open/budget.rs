//! Limits on what a compressed file may grow to, and the difference between broken bytes and a broken disk.
//!
//! In: readers. Out: readers that count. A budget is shared by every layer of one file on disk, so that archives in archives cannot
//! multiply it.

use std::cell::Cell;
use std::io::{Error, Read, Result};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::record::ReadError;

/// What the layers of one file may still expand to.
#[derive(Clone)]
pub(crate) struct Budget {
    left: Rc<Cell<u64>>,
    bytes_max: u64,
}

impl Budget {
    /// A budget of so many bytes.
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self { left: Rc::new(Cell::new(bytes_max)), bytes_max }
    }

    /// Reads through the budget; past it, reading fails with a sentence that says so.
    pub(crate) fn charge<R: Read>(&self, inner: R) -> Charged<R> {
        Charged { inner, budget: self.clone() }
    }
}

/// A reader whose bytes count.
pub(crate) struct Charged<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Charged<R> {
    fn read(&mut self, free: &mut [u8]) -> Result<usize> {
        let left = self.budget.left.get();
        if left == 0 {
            return Err(Error::other(format!(
                "expands to more than {} bytes; the rest is not read",
                self.budget.bytes_max
            )));
        }
        let count_max = usize::try_from(left).unwrap_or(usize::MAX).min(free.len());
        let count = self.inner.read(free.get_mut(..count_max).unwrap_or_default())?;
        self.budget.left.set(left - count as u64);
        Ok(count)
    }
}

/// A failure of the disk, carried through the decompressors inside an [`Error`], so that it is not taken for broken data.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`: {source}", path.display())]
pub(crate) struct DiskFailure {
    path: PathBuf,
    source: Error,
}

impl DiskFailure {
    /// Wraps what the disk said.
    pub(crate) fn wrap(path: &Path, source: Error) -> Error {
        Error::new(source.kind(), Self { path: path.to_owned(), source })
    }

    /// The sentence of an error of broken data; a failure of the disk is the error of the whole reading.
    pub(crate) fn or_broken(error: Error) -> std::result::Result<String, ReadError> {
        let text = error.to_string();
        match error.into_inner().map(|inner| inner.downcast::<Self>()) {
            Some(Ok(failure)) => Err(ReadError::Unreadable { path: failure.path, source: failure.source }),
            Some(Err(_)) | None => Ok(text),
        }
    }
}
