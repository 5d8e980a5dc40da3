//! Paths → raw records: files, folders and archives, each file's format told by content.
//!
//! In: paths as given on the command line, the known tables, limits. Out: batches to the sink in a deterministic order, and a summary. Folders
//! are walked in order of names; archives are read in the order of their entries and never extracted.

#![deny(clippy::indexing_slicing, clippy::string_slice)]

pub(crate) mod budget;
pub(crate) mod peek;
mod unpack;
mod walk;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use crate::formats::{PARQUET_MAGIC, Rows};
use crate::record::{ReadError, Sink, Summary, Tables};

use budget::{Budget, DiskFailure};
pub(crate) use unpack::{GZIP_MAGIC, is_zip};
pub(crate) use walk::{Found, list};

/// What one file on disk may expand to: a day of a large estate's events, and small enough to stop a bomb within minutes.
pub const EXPANDED_BYTES_MAX: u64 = 8 << 30;

/// How often larger than itself a file may expand to: logs compress 10 to 50 times, 200 times when every line is alike, and deflate's
/// limit, which only a bomb comes near, is 1,032.
pub const EXPANDED_RATIO_MAX: u64 = 500;

/// Expansion below which the ratio does not count: a small file of equal lines is no danger.
const EXPANDED_BYTES_FREE: u64 = 64 << 20;

/// Bytes of one record: the longest events, script blocks and scheduled tasks, are below 1 MB.
pub const RECORD_BYTES_MAX: usize = 16 << 20;

/// How paths are read.
pub struct Options<'o> {
    /// Bytes that one file on disk may expand to, all of its layers together.
    pub expanded_bytes_max: u64,
    /// Times its own size that it may expand to, beyond 64 MiB.
    pub expanded_ratio_max: u64,
    /// Bytes of one record; a longer one is skipped and counted.
    pub record_bytes_max: usize,
    /// Bytes of each file on disk that are read; what is written behind them meanwhile is not.
    pub bytes_max: Option<u64>,
    /// Records of each file that are kept when they are given up; more are counted.
    pub bad_records_max: usize,
    /// Told now and then the bytes read from disk so far and in all.
    pub progress: Option<&'o dyn Fn(u64, u64)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            expanded_bytes_max: EXPANDED_BYTES_MAX,
            expanded_ratio_max: EXPANDED_RATIO_MAX,
            record_bytes_max: RECORD_BYTES_MAX,
            bytes_max: None,
            bad_records_max: 0,
            progress: None,
        }
    }
}

impl Options<'_> {
    fn budget(&self, file_bytes: u64) -> Budget {
        let by_ratio = file_bytes.saturating_mul(self.expanded_ratio_max).max(EXPANDED_BYTES_FREE);
        Budget::new(by_ratio.min(self.expanded_bytes_max))
    }
}

/// Reads everything under the paths, in their order.
///
/// Errors: a path that cannot be read, or a sink that fails. A broken record, file or archive is neither; the summary has it.
pub fn read(
    paths: &[PathBuf],
    tables: &dyn Tables,
    options: &Options<'_>,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    read_into(paths, options, Rows::new(tables, sink))
}

/// The same into rows that are under construction.
pub(crate) fn read_into(paths: &[PathBuf], options: &Options<'_>, mut rows: Rows<'_>) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    let files = list(paths, &mut summary)?;
    let byte_count = files.iter().map(|file| file.bytes).sum();
    let mut done = 0;
    for file in &files {
        let report = |read: u64| {
            if let Some(progress) = options.progress {
                progress(done + read.min(file.bytes), byte_count);
            }
        };
        report(0);
        unpack::read_file(file, options, &report, &mut rows, &mut summary)?;
        done += file.bytes;
    }
    if let Some(progress) = options.progress {
        progress(byte_count, byte_count);
    }
    rows.finish()?;
    Ok(summary)
}

/// Does the file start as Parquet does?
pub(crate) fn is_parquet(path: &Path) -> Result<bool, ReadError> {
    starts_with(path, PARQUET_MAGIC)
}

/// Does the file start as gzip does?
pub(crate) fn is_gzip(path: &Path) -> Result<bool, ReadError> {
    starts_with(path, GZIP_MAGIC)
}

fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, ReadError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| ReadError::unreadable(path, error))?;
    file.take(magic.len() as u64).read_to_end(&mut head).map_err(|error| ReadError::unreadable(path, error))?;
    Ok(head == magic)
}

/// The bytes of one file, out of gzip if it is in that.
pub(crate) fn plain(path: &Path, options: &Options<'_>) -> Result<Box<dyn Read>, ReadError> {
    let unreadable = |error| ReadError::unreadable(path, error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    file.by_ref().take(GZIP_MAGIC.len() as u64).read_to_end(&mut head).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let byte_count = file.metadata().map_err(unreadable)?.len();
    let disk = Disk { file, path: path.to_owned() };
    if head != GZIP_MAGIC {
        return Ok(Box::new(disk));
    }
    Ok(Box::new(options.budget(byte_count).charge(flate2::read::MultiGzDecoder::new(disk))))
}

/// A file whose failures are known as the disk's.
struct Disk {
    file: File,
    path: PathBuf,
}

impl Read for Disk {
    fn read(&mut self, free: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(free).map_err(|error| DiskFailure::wrap(&self.path, error))
    }
}
