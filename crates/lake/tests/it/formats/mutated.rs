//! The samples of all sources with bytes changed, cut out, doubled and put in: nothing panics, nothing stops, and every file has an account.
//!
//! The changes follow from a fixed seed, so that a failure is the same for everybody.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Data, Options};

use crate::answers::ask;

use super::{folder_of, read_paths};

/// Changed copies of every sample; 1,500 of each were read once, and these are kept.
const COPIES: u64 = 24;

/// Bytes that mean something to one of the formats.
const MEANINGFUL: &[u8] = b"\"\\|=[]{}<>:,;- \t\n\r\0#%&^'0919\xFF\xC3\x80";

/// Every file of every source, sorted.
fn files() -> Vec<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources");
    let folders = fs::read_dir(sources).expect("content/sources").filter_map(Result::ok);
    let folders = folders.map(|folder| folder.path()).filter(|folder| folder.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).expect("a folder").filter_map(Result::ok));
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn samples() -> Vec<PathBuf> {
    files().into_iter().filter(|path| name(path).starts_with("sample.")).collect()
}

/// The tables that the sources fill without being told to by a setting.
fn flows() -> BTreeSet<String> {
    let files = files();
    let stems = files.iter().filter_map(|path| name(path).strip_suffix(".kql"));
    stems.filter(|stem| stem.starts_with(|first: char| first.is_ascii_uppercase())).map(str::to_owned).collect()
}

/// Numbers that look random: the multiplier and the increment are Knuth's for MMIX.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % limit.max(1)
    }
}

fn changed(text: &[u8], seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    let mut bytes = text.to_vec();
    for _ in 0..=numbers.below(12) {
        let at = numbers.below(bytes.len());
        let end = (at + numbers.below(40)).min(bytes.len());
        match numbers.below(4) {
            0 if at < bytes.len() => bytes[at] = MEANINGFUL[numbers.below(MEANINGFUL.len())],
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.insert(at, MEANINGFUL[numbers.below(MEANINGFUL.len())]),
        }
    }
    bytes
}

fn copies(count: u64) -> Vec<(String, Vec<u8>)> {
    let mut copies = vec![];
    for (nth, path) in samples().iter().enumerate() {
        let text = fs::read(path).expect("a sample");
        // The sample itself, so that every table has rows whatever became of its copies.
        copies.push((format!("{nth}"), text.clone()));
        for copy in 0..count {
            copies.push((format!("{nth}-{copy}"), changed(&text, copy * 1_000 + nth as u64)));
        }
    }
    copies
}

#[test]
fn changed_samples_are_read_or_counted() {
    let copies = copies(COPIES);
    let files: Vec<(&str, &[u8])> = copies.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let folder = folder_of(&files);
    let mut collected = super::Collected::default();
    let summary = read_paths(&[folder.path().to_owned()], &mut collected).expect("every path is readable");
    assert_eq!(summary.files.len(), files.len());
    assert!(summary.record_count() > summary.bad_count(), "most of a sample is left as it was");
    assert!(collected.rows.len() as u64 >= summary.record_count() / 2);
}

/// The KQL of the sources must take whatever a field holds.
#[tokio::test]
async fn changed_samples_become_rows() {
    let copies = copies(4);
    let files: Vec<(&str, &[u8])> = copies.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let folder = folder_of(&files);
    let data = Data::open(vec![folder.path().to_owned()], vec![], Options::default()).await.expect("it is read");
    let database = Arc::new(data.database);
    for table in flows() {
        assert!(!ask(&database, &table).await.is_empty(), "{table}");
    }
}
