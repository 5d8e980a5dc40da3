//! Files → groups that are stored together.
//!
//! In: files in order, and the ledger. Out: groups of small files, and long files by themselves, without those that are known. Which files stand
//! together is told by the files alone, known or not: rows learn from others of their group, so the same files must give the same groups,
//! however often their ingestion was broken off.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ledger::{Ledger, Progress};
use crate::open::Found;
use crate::record::ReadError;

/// Bytes of the files of a group: enough that a commit is worth it, and little enough to be in memory once it is rows.
const GROUP_BYTES: u64 = 48 << 20;
/// Files of a group.
const GROUP_FILES: usize = 1_000;

/// A file that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// What of it was taken before.
    pub(super) taken: Progress,
    /// Records and bad records of that.
    pub(super) records: (u64, u64),
    /// Bytes whose bad records are all told, when that is known.
    pub(super) told_bytes: Option<u64>,
}

/// Groups of files, in order: their places in the list.
pub(super) fn groups(files: &[Found]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = vec![];
    let mut open: Vec<usize> = vec![];
    let mut bytes = 0;
    for (at, file) in files.iter().enumerate() {
        if !open.is_empty() && (bytes + file.bytes > GROUP_BYTES || open.len() >= GROUP_FILES) {
            groups.push(std::mem::take(&mut open));
            bytes = 0;
        }
        open.push(at);
        bytes += file.bytes;
    }
    if !open.is_empty() {
        groups.push(open);
    }
    groups
}

/// What is to be read of a file; `None` when all of it was, and that also for the stream `own`.
///
/// - Errors: a file that cannot be read.
pub(super) fn wanted(
    file: &Found,
    ledger: &Ledger,
    is_watching: bool,
    own: Option<&str>,
) -> Result<Option<Wanted>, ReadError> {
    let whole_lines = if is_watching { bytes_of_whole_lines(file)? } else { file.bytes };
    let file = &Found { path: file.path.clone(), bytes: whole_lines };
    let path = file.path.display().to_string();
    let known = ledger.path(&path).filter(|(bytes, _)| *bytes > 0 && *bytes < file.bytes);
    let (digests, bytes) = digests(&file.path, file.bytes, known.map(|(bytes, _)| bytes))?;
    let mut wanted = Wanted {
        path: file.path.clone(),
        bytes,
        sha256: digests.whole.clone(),
        taken: Progress::new(),
        records: (0, 0),
        told_bytes: None,
    };
    // The file as it is, or what it began with when it was read before.
    let grown = known.filter(|(_, sha256)| digests.start.as_deref() == Some(*sha256)).map(|(_, sha256)| sha256);
    let before = ledger.content(&digests.whole).or_else(|| grown.and_then(|sha256| ledger.content(sha256)));
    if let Some(before) = before {
        let is_read = own.is_none_or(|stream| before.progress.contains_key(stream));
        if before.is_complete && before.sha256 == digests.whole && is_read {
            return Ok(None);
        }
        wanted.taken.clone_from(&before.progress);
        wanted.records = (before.records, before.bad);
        wanted.told_bytes = before.is_complete.then_some(before.bytes);
    }
    Ok(Some(wanted))
}

/// Bytes of the end of a file that are looked through for the end of its last line.
const TAIL_BYTES: u64 = 1 << 20;

/// How much of a file are whole lines, when it is lines: all of it when its end has none, or holds what no text does.
fn bytes_of_whole_lines(file: &Found) -> Result<u64, ReadError> {
    let unreadable = |error| ReadError::unreadable(&file.path, error);
    let mut opened = File::open(&file.path).map_err(unreadable)?;
    let start = file.bytes.saturating_sub(TAIL_BYTES);
    opened.seek(SeekFrom::Start(start)).map_err(unreadable)?;
    let mut tail = vec![];
    opened.take(file.bytes - start).read_to_end(&mut tail).map_err(unreadable)?;
    let end = tail.iter().rposition(|byte| *byte == b'\n').filter(|_| !tail.contains(&0));
    Ok(end.map_or(file.bytes, |end| start + end as u64 + 1))
}

struct Digests {
    whole: String,
    /// Of the first bytes, if that many were asked for.
    start: Option<String>,
}

/// Digests of the first `most` bytes of a file, and how many there were.
fn digests(path: &Path, most: u64, start: Option<u64>) -> Result<(Digests, u64), ReadError> {
    let unreadable = |error| ReadError::unreadable(path, error);
    let mut file = File::open(path).map_err(unreadable)?.take(most);
    let mut digest = Sha256::new();
    // It stays in the cache of a core.
    let mut buffer = vec![0; 1 << 17];
    let (mut read, mut of_start) = (0, None);
    loop {
        let left = start.filter(|_| of_start.is_none()).map_or(buffer.len() as u64, |start| start - read);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = file.read(buffer.get_mut(..room).unwrap_or_default()).map_err(unreadable)?;
        if count == 0 {
            break;
        }
        digest.update(buffer.get(..count).unwrap_or_default());
        read += count as u64;
        if start == Some(read) {
            of_start = Some(hex(digest.clone()));
        }
    }
    Ok((Digests { whole: hex(digest), start: of_start }, read))
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ledger::FileRow;

    fn found(bytes: u64) -> Found {
        Found { path: PathBuf::new(), bytes }
    }

    #[test]
    fn a_long_file_is_a_group_of_its_own() {
        let files = [found(1), found(GROUP_BYTES), found(5), found(6), found(2 * GROUP_BYTES), found(1)];
        assert_eq!(groups(&files), [vec![0], vec![1], vec![2, 3], vec![4], vec![5]]);
        let many: Vec<Found> = (0..=GROUP_FILES).map(|_| found(1)).collect();
        assert_eq!(groups(&many).iter().map(Vec::len).collect::<Vec<_>>(), [GROUP_FILES, 1]);
    }

    #[test]
    fn a_line_without_an_end_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        for (text, bytes) in [("one\ntw", 4), ("one\ntwo\n", 8), ("one", 3), ("", 0), ("a\0b\nc", 5)] {
            std::fs::write(&path, text).expect("written");
            let file = Found { path: path.clone(), bytes: text.len() as u64 };
            assert_eq!(bytes_of_whole_lines(&file).expect("read"), bytes, "{text:?}");
        }
    }

    /// SHA-256 of "abc" is the example of FIPS 180-2, appendix B.1.
    #[test]
    fn a_file_is_told_by_what_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        std::fs::write(&path, "abc").expect("written");
        let file = Found { path: path.clone(), bytes: 3 };
        let mut ledger = Ledger::default();
        let new = wanted(&file, &ledger, false, None).expect("read").expect("new");
        assert_eq!(new.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let taken: Progress = [("zeek".to_owned(), 2)].into();
        let name = path.display().to_string();
        let row = FileRow { path: name, sha256: new.sha256, bytes: 3, progress: taken.clone(), ..FileRow::default() };
        ledger.add(row.clone());
        assert_eq!(wanted(&file, &ledger, false, None).expect("read").expect("half read").taken, taken);
        ledger.add(FileRow { is_complete: true, ..row });
        assert_eq!(wanted(&file, &ledger, false, None).expect("read"), None);
        // The same bytes elsewhere are known; more bytes behind them go on; another start is another file.
        let copy = folder.path().join("copy");
        std::fs::write(&copy, "abc").expect("written");
        assert_eq!(wanted(&Found { path: copy, bytes: 3 }, &ledger, false, None).expect("read"), None);
        std::fs::write(&path, "abcd").expect("written");
        assert_eq!(
            wanted(&Found { path: path.clone(), bytes: 4 }, &ledger, false, None).expect("read").expect("grown").taken,
            taken
        );
        std::fs::write(&path, "xbcd").expect("written");
        assert!(wanted(&Found { path, bytes: 4 }, &ledger, false, None).expect("read").expect("new").taken.is_empty());
    }
}
