//! Answers of hosts on disk, so that a rule that runs every minute does not ask its feed every minute.
//!
//! In: a URI and bytes. Out: the bytes again, and their age. A file is named by a digest of the URI, since that may hold a secret, and is
//! its owner's alone. A cache that cannot be written costs time and nothing else.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha1::{Digest, Sha1};

use super::BYTES_MAX;

/// How long an answer is taken without asking again: feeds are made anew hourly at most.
pub(super) const FRESH: Duration = Duration::from_secs(3600);

/// An answer that was kept.
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    pub(super) age: Duration,
}

/// The answer kept for a URI.
pub(super) fn find(folder: &Path, uri: &str) -> Option<Kept> {
    let path = place(folder, uri);
    let metadata = fs::metadata(&path).ok().filter(|metadata| metadata.len() <= BYTES_MAX)?;
    // A time in the future is no age; such an answer is taken for an old one.
    let age = SystemTime::now().duration_since(metadata.modified().ok()?).unwrap_or(Duration::MAX);
    Some(Kept { bytes: fs::read(&path).ok()?, age })
}

/// Keeps an answer: whole or not at all.
pub(super) fn keep(folder: &Path, uri: &str, bytes: &[u8]) {
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(place(folder, uri)).map_err(|error| error.error)?;
        Ok(())
    };
    // Without it the next run asks again.
    drop(write());
}

fn place(folder: &Path, uri: &str) -> PathBuf {
    let digest = Sha1::digest(uri.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String grows");
        text
    });
    folder.join(digest)
}
