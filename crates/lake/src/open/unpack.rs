//! One file on disk → the files that it is or holds, each to its format.
//!
//! In: a file; gzip, zip and tar in any order inside each other. Out: every inner file read, under a name such as `a.zip!b/c.log.gz`. Nothing
//! is extracted by name, so that `../` in an archive is a name and no more; a zip inside an archive is spooled to an unnamed file.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::Options;
use super::budget::{Budget, DiskFailure};
use super::peek::Peeked;
use super::walk::Found;
use crate::formats::{self, Account, EVTX_MAGIC, PARQUET_MAGIC, Rows};
use crate::record::{ReadError, Summary};

/// The first bytes of a gzip file.
pub(crate) const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
/// The first bytes of a zip file, of an empty one, and of one of several parts.
const ZIP_MAGICS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
/// What a tar entry has, and where.
const TAR_MAGIC: (usize, &[u8]) = (257, b"ustar");
/// Files that are refused by name, by their first bytes.
const REFUSED: [(&[u8], &str); 12] = [
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"\xFD7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"\x04\x22\x4D\x18", "lz4"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"ARROW1", "Arrow IPC"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xD4\xC3\xB2\xA1", "a packet capture (Zeek makes logs of it)"),
    (b"\xA1\xB2\xC3\xD4", "a packet capture (Zeek makes logs of it)"),
    (b"\x0A\x0D\x0D\x0A", "a packet capture (Zeek makes logs of it)"),
];
/// Bytes by which a container is told: tar's mark is the last.
const HEAD_BYTES: usize = 512;
/// Containers inside each other: a zip of tar.gz of logs is three.
const DEPTH_MAX: usize = 5;
/// Files in one archive: a year of hourly logs of ten kinds is 87,600.
const ENTRIES_MAX: usize = 200_000;

/// Reads one file on disk, whatever it holds.
pub(super) fn read_file(
    found: &Found,
    options: &Options<'_>,
    report: &dyn Fn(u64),
    rows: &mut Rows<'_>,
    summary: &mut Summary,
) -> Result<(), ReadError> {
    let path = &found.path;
    let file = File::open(path).map_err(|error| ReadError::unreadable(path, error))?;
    let left = options.bytes_max.unwrap_or(u64::MAX);
    let mut disk = Watched { file, path, read_count: 0, left, report };
    let budget = options.budget(found.bytes);
    let modified = file_modified(&disk.file);
    let mut unpacking = Unpacking { options, budget, rows, summary, modified };
    let name = path.display().to_string();
    let mut all = Peeked::new(&mut disk, HEAD_BYTES);
    if let Some(error) = all.failed_at_once() {
        return Err(disk_error(error));
    }
    if is_zip(all.head()) {
        disk.seek(SeekFrom::Start(0)).map_err(disk_error)?;
        // A zip is read by its directory at its end, so it cannot be read in part.
        disk.left = u64::MAX;
        return unpacking.zip(&name, disk, 1);
    }
    if all.head().starts_with(PARQUET_MAGIC) {
        let mut account = Account::keeping(name, options.bad_records_max);
        formats::read_parquet(path, &disk.file, &mut account, unpacking.rows)?;
        unpacking.summary.files.push(account.finish());
        return Ok(());
    }
    unpacking.stream(&name, all, 0)
}

/// What stays the same while one file on disk is unpacked.
struct Unpacking<'u, 'o, 's> {
    options: &'u Options<'o>,
    budget: Budget,
    rows: &'u mut Rows<'s>,
    summary: &'u mut Summary,
    /// When the file, or its entry in an archive, was last changed.
    modified: Option<i64>,
}

impl Unpacking<'_, '_, '_> {
    /// Reads a stream: a container further, a format to its end.
    fn stream(&mut self, name: &str, mut all: Peeked<'_>, depth: usize) -> Result<(), ReadError> {
        let head = all.head();
        let (is_gzip, is_zip, is_tar) = (head.starts_with(GZIP_MAGIC), is_zip(head), is_tar(head));
        if (is_gzip || is_zip || is_tar) && depth >= DEPTH_MAX {
            self.note(name, format!("not read: more than {DEPTH_MAX} archives inside each other"));
            return Ok(());
        }
        if is_gzip {
            return self.gzip(name, &mut all, depth + 1);
        }
        if is_zip {
            return self.inner_zip(name, &mut all, depth + 1);
        }
        if is_tar {
            return self.tar(name, &mut all, depth + 1);
        }
        let mut account = Account::keeping(name.to_owned(), self.options.bad_records_max).modified_at(self.modified);
        if head.starts_with(PARQUET_MAGIC) {
            account.format("parquet");
            account.note("not read: Parquet is read in place, not inside an archive");
        } else if let Some((_, name)) = REFUSED.iter().find(|(magic, _)| head.starts_with(magic)) {
            account.note(format!("not read: {name}, which this version does not read"));
        } else if head.starts_with(EVTX_MAGIC) {
            formats::read_evtx(&mut all, &mut account, self.rows)?;
        } else {
            formats::read_text(&mut all, &mut account, self.rows, self.options.record_bytes_max)?;
        }
        self.summary.files.push(account.finish());
        Ok(())
    }

    /// Reads an entry that was last changed then, if its container says so.
    fn dated(
        &mut self,
        modified: Option<i64>,
        read: impl FnOnce(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let outer = self.modified;
        self.modified = modified.or(outer);
        let outcome = read(self);
        self.modified = outer;
        outcome
    }

    /// Reads what a container of that kind holds under that name.
    fn inner(&mut self, name: &str, kind: &str, bytes: &mut dyn Read, depth: usize) -> Result<(), ReadError> {
        let mut all = Peeked::new(bytes, HEAD_BYTES);
        match all.failed_at_once() {
            Some(error) => self.broken(name, kind, error),
            None => self.stream(name, all, depth),
        }
    }

    fn gzip(&mut self, name: &str, bytes: &mut dyn Read, depth: usize) -> Result<(), ReadError> {
        let decoder = MultiGzDecoder::new(bytes);
        let seconds = decoder.header().map_or(0, |header| u64::from(header.mtime()));
        let mut bytes = self.budget.charge(decoder);
        self.dated(unix_ticks(seconds), |unpacking| unpacking.inner(name, "gzip", &mut bytes, depth))
    }

    fn tar(&mut self, name: &str, bytes: &mut dyn Read, depth: usize) -> Result<(), ReadError> {
        let mut archive = tar::Archive::new(bytes);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.broken(name, "tar", error),
        };
        for (idx, entry) in entries.enumerate() {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.broken(name, "tar", error),
            };
            if idx >= ENTRIES_MAX {
                self.note(name, format!("more than {ENTRIES_MAX} files in it; the rest is not read"));
                return Ok(());
            }
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let inner = format!("{name}!{}", String::from_utf8_lossy(&entry.path_bytes()));
            let modified = unix_ticks(entry.header().mtime().unwrap_or_default());
            self.dated(modified, |unpacking| unpacking.inner(&inner, "tar", &mut entry, depth))?;
        }
        Ok(())
    }

    fn zip<R: Read + Seek>(&mut self, name: &str, bytes: R, depth: usize) -> Result<(), ReadError> {
        let mut archive = match zip::ZipArchive::new(bytes) {
            Ok(archive) => archive,
            Err(error) => return self.broken(name, "zip", error.into()),
        };
        if archive.len() > ENTRIES_MAX {
            self.note(name, format!("more than {ENTRIES_MAX} files in it; the rest is not read"));
        }
        for idx in 0..archive.len().min(ENTRIES_MAX) {
            let entry = match archive.by_index(idx) {
                Ok(entry) => entry,
                Err(error) => {
                    self.broken(&format!("{name}!{idx}"), "zip", error.into())?;
                    continue;
                }
            };
            if !entry.is_file() {
                continue;
            }
            let inner = format!("{name}!{}", String::from_utf8_lossy(entry.name_raw()));
            // MS-DOS counts from 1980, which is also what stands where no time was known.
            let modified = entry.last_modified().filter(|time| time.year() > 1980);
            let modified = modified.and_then(|time| formats::datetime(&time.to_string()));
            let mut bytes = self.budget.charge(entry);
            self.dated(modified, |unpacking| unpacking.inner(&inner, "zip", &mut bytes, depth))?;
        }
        Ok(())
    }

    /// A zip that cannot be read in one pass, because its directory is at its end.
    fn inner_zip(&mut self, name: &str, bytes: &mut dyn Read, depth: usize) -> Result<(), ReadError> {
        let spool = |error: Error| ReadError::unreadable(&std::env::temp_dir(), error);
        let mut file = tempfile::tempfile().map_err(spool)?;
        if let Err(error) = std::io::copy(bytes, &mut file) {
            return self.broken(name, "zip", error);
        }
        file.rewind().map_err(spool)?;
        self.zip(name, file, depth)
    }

    /// A container that cannot be read further.
    fn broken(&mut self, name: &str, kind: &str, error: Error) -> Result<(), ReadError> {
        let mut account = Account::keeping(name.to_owned(), self.options.bad_records_max);
        account.format(kind);
        account.bad(0, format!("broken {kind}: {}", DiskFailure::or_broken(error)?));
        self.summary.files.push(account.finish());
        Ok(())
    }

    fn note(&mut self, name: &str, note: String) {
        let mut account = Account::new(name.to_owned());
        account.note(note);
        self.summary.files.push(account.finish());
    }
}

/// When a file was last changed; none on systems that do not say.
fn file_modified(file: &File) -> Option<i64> {
    let modified = file.metadata().ok()?.modified().ok()?;
    unix_ticks(modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
}

/// Ticks of a Unix time; containers write zero where they do not know it.
fn unix_ticks(seconds: u64) -> Option<i64> {
    formats::epoch_seconds(&seconds.to_string()).filter(|_| seconds > 0)
}

/// Does a zip archive begin like this?
pub(crate) fn is_zip(head: &[u8]) -> bool {
    ZIP_MAGICS.iter().any(|magic| head.starts_with(magic))
}

fn is_tar(head: &[u8]) -> bool {
    let (at, magic) = TAR_MAGIC;
    head.get(at..).is_some_and(|tail| tail.starts_with(magic))
}

/// The error of the whole reading, of bytes that come straight from the disk.
fn disk_error(error: Error) -> ReadError {
    match DiskFailure::or_broken(error) {
        Err(unreadable) => unreadable,
        Ok(text) => ReadError::Sink(text.into()),
    }
}

/// A file on disk that reports how far it was read.
struct Watched<'w> {
    file: File,
    path: &'w Path,
    read_count: u64,
    /// Bytes that may still be read in order.
    left: u64,
    report: &'w dyn Fn(u64),
}

impl Read for Watched<'_> {
    fn read(&mut self, free: &mut [u8]) -> std::io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(free.len());
        match self.file.read(free.get_mut(..room).unwrap_or_default()) {
            Ok(count) => {
                self.left -= count as u64;
                self.read_count += count as u64;
                (self.report)(self.read_count);
                Ok(count)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => Err(DiskFailure::wrap(self.path, error)),
        }
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to).map_err(|error| DiskFailure::wrap(self.path, error))
    }
}
