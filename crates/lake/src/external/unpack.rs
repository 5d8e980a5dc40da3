//! The bytes of a source → the files in it: gzip and zip told by content, never by name.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use regex::Regex;

use super::EXPANDED_BYTES_MAX;
use crate::open::{GZIP_MAGIC, is_zip};

/// Files in one archive.
const ENTRIES_MAX: usize = 10_000;

/// The files of a source. Bytes that are neither gzip nor zip are one file.
///
/// - Errors: broken or too large archives. Half a list of bad addresses is worse than none, so nothing of them is given.
pub(super) fn files(bytes: Vec<u8>, zip_pattern: Option<&str>) -> Result<Vec<Vec<u8>>, String> {
    let mut left = EXPANDED_BYTES_MAX;
    if bytes.starts_with(GZIP_MAGIC) {
        return Ok(vec![expanded("gzip", MultiGzDecoder::new(bytes.as_slice()), &mut left)?]);
    }
    if !is_zip(&bytes) {
        return Ok(vec![bytes]);
    }
    let pattern = zip_pattern.map(pattern_of).transpose()?;
    let broken = |error: zip::result::ZipError| format!("broken zip: {error}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(format!("more than {ENTRIES_MAX} files in a zip"));
    }
    let mut files = vec![];
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.is_file() && pattern.as_ref().is_none_or(|pattern| matches(pattern, &name)) {
            files.push(expanded("zip", entry, &mut left)?);
        }
    }
    Ok(files)
}

fn expanded(kind: &str, reader: impl Read, left: &mut u64) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    reader.take(*left + 1).read_to_end(&mut bytes).map_err(|error| format!("broken {kind}: {error}"))?;
    match left.checked_sub(bytes.len() as u64) {
        Some(rest) => *left = rest,
        None => return Err(format!("it expands to more than {EXPANDED_BYTES_MAX} bytes")),
    }
    Ok(bytes)
}

/// A pattern: `*` is any text, `?` any character.
fn pattern_of(pattern: &str) -> Result<Regex, String> {
    let inner = regex::escape(pattern).replace(r"\*", ".*").replace(r"\?", ".");
    Regex::new(&format!("(?s)^{inner}$")).map_err(|_| "`zipPattern` is too long".to_owned())
}

/// Does the pattern match the whole name, or what follows its last `/`?
fn matches(pattern: &Regex, name: &str) -> bool {
    pattern.is_match(name) || name.rsplit_once('/').is_some_and(|(_, file)| pattern.is_match(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let matches = |pattern: &str, name: &str| matches(&pattern_of(pattern).expect("it is short"), name);
        assert!(matches("*.csv", "a/b.csv") && matches("a/*", "a/b.csv") && matches("b?csv", "a/b.csv"));
        assert!(matches("a/b/*", "a/b/c") && !matches("b/*", "a/b/c"));
        assert!(!matches("*.csv", "a.csv.txt") && !matches("", "a") && matches("**", "") && !matches("?", ""));
        assert!(!matches(&"*a".repeat(50), &"a".repeat(49)));
    }
}
