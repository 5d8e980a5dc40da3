//! The bytes of a source → the files in it: gzip and zip told by content, never by name.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::EXPANDED_BYTES_MAX;

/// Files in one archive.
const ENTRIES_MAX: usize = 10_000;

/// The files of a source. Bytes that are neither gzip nor zip are one file.
///
/// - Errors: broken or too large archives. Half a list of bad addresses is worse than none, so nothing of them is given.
pub(super) fn files(bytes: Vec<u8>, zip_pattern: Option<&str>) -> Result<Vec<Vec<u8>>, String> {
    let mut left = EXPANDED_BYTES_MAX;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(vec![expanded("gzip", MultiGzDecoder::new(bytes.as_slice()), &mut left)?]);
    }
    if !(bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")) {
        return Ok(vec![bytes]);
    }
    let broken = |error: zip::result::ZipError| format!("broken zip: {error}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(format!("more than {ENTRIES_MAX} files in a zip"));
    }
    let mut files = vec![];
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.is_file() && zip_pattern.is_none_or(|pattern| matches(pattern, &name)) {
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

/// Does the pattern (`*` any text, `?` any character) match the whole name, or what follows its last `/`?
fn matches(pattern: &str, name: &str) -> bool {
    let file = name.rsplit_once('/').map_or(name, |(_, file)| file);
    glob(pattern, name) || glob(pattern, file)
}

/// One star at a time: when what follows fails, the last star takes one character more. Steps are at most pattern times name.
fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match (pattern.get(at), name.get(in_name)) {
            (Some('*'), _) => {
                star = Some((at, in_name));
                at += 1;
            }
            (Some('?'), Some(_)) => (at, in_name) = (at + 1, in_name + 1),
            (Some(wanted), Some(found)) if wanted == found => (at, in_name) = (at + 1, in_name + 1),
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    (at, in_name) = (star_at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches("*.csv", "a/b.csv") && matches("a/*", "a/b.csv") && matches("b?csv", "a/b.csv"));
        assert!(!matches("*.csv", "a.csv.txt") && !matches("", "a") && matches("**", "") && !matches("?", ""));
        assert!(!glob(&"*a".repeat(50), &"a".repeat(49)));
    }
}
