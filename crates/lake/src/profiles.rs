//! Profiles of files, as `FileProfile()` asks for them: a CSV file that somebody made of what they know.
//!
//! In: a CSV file with a header; the columns `SHA1` and `SHA256` name the file, the others are those of `FileProfile()`. Out: the other columns
//! by hash. What such a file says is its maker's business; nothing comes with the program.

use std::fs::File;
use std::path::Path;

use engine::FileProfiles;
use hashbrown::HashMap;

use crate::error::{Error, Result};
use crate::formats::{Account, read_header_and_rows};
use crate::open::budget::Budget;
use crate::record::Summary;

/// Bytes of such a file: ten million hashes with a few words each.
const BYTES_MAX: u64 = 2 << 30;
/// The columns that name a file.
const HASHES: [&str; 2] = ["SHA1", "SHA256"];

/// Profiles in memory.
pub(crate) struct Profiles {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    by_hash: HashMap<String, usize>,
}

impl std::fmt::Debug for Profiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profiles").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl Profiles {
    /// Reads the profiles; of two with one hash the later one counts.
    ///
    /// - Errors: a file that cannot be read, or has no column of hashes. Rows that cannot be read are in the summary.
    pub(crate) fn open(path: &Path, summary: &mut Summary) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        let mut account = Account::new(path.display().to_string());
        let (header, rows) = read_header_and_rows(&mut Budget::new(BYTES_MAX).charge(file), &mut account)?;
        summary.files.push(account.finish());
        let keys: Vec<usize> =
            header.iter().enumerate().filter(|(_, name)| HASHES.contains(&name.as_str())).map(|(at, _)| at).collect();
        if keys.is_empty() {
            let reason = "profiles of files need a header with a column SHA1 or SHA256";
            return Err(Error::file(path, std::io::Error::other(reason)));
        }
        let mut by_hash = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for hash in keys.iter().filter_map(|key| row.get(*key)).filter(|hash| !hash.is_empty()) {
                by_hash.insert(hash.trim().to_ascii_lowercase(), at);
            }
        }
        Ok(Self { header, rows, by_hash })
    }
}

impl FileProfiles for Profiles {
    fn profile(&self, hash: &str) -> Option<Vec<(String, String)>> {
        let row = self.rows.get(*self.by_hash.get(hash)?)?;
        let known = self.header.iter().zip(row).filter(|(_, value)| !value.is_empty());
        Some(known.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}
