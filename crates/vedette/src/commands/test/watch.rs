//! Files on disk → did one of them change?
//!
//! Looks at the times and sizes of files now and then: it works on every file system, and a pack is a few hundred files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::failure::Failure;

/// What is remembered of the files: when each was written, and how large it is.
pub(super) type Seen = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

const PAUSE: Duration = Duration::from_millis(400);

/// Files at most; beyond it a folder is no pack.
const FILES_MAX: usize = 20_000;

/// Looks at everything that is named.
pub(super) fn look(names: &[String]) -> Result<Seen, Failure> {
    let mut seen = Seen::new();
    for name in names {
        let path = Path::new(name);
        if !path.exists() {
            return Err(Failure::Usage(format!(
                "`{name}` is no file or folder that could change; --watch takes paths"
            )));
        }
        // What proves a rule lies beside its file.
        let start = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
        let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
        let mut left = vec![start.to_owned()];
        while let Some(folder) = left.pop() {
            // A folder that goes while it is looked at is a change like any other.
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(found) = entry.metadata() else { continue };
                if found.is_dir() {
                    left.push(entry.path());
                } else {
                    seen.insert(entry.path(), (found.modified().ok(), found.len()));
                }
                if seen.len() + left.len() > FILES_MAX {
                    return Err(Failure::Usage(format!("`{name}` holds more than {FILES_MAX} files to watch")));
                }
            }
        }
    }
    Ok(seen)
}

/// Waits until something is not as it was, and then until it stays as it is: an editor writes several files.
pub(super) async fn change(names: &[String], mut seen: Seen) -> Result<Seen, Failure> {
    let mut is_changed = false;
    loop {
        tokio::time::sleep(PAUSE).await;
        let now = look(names)?;
        if now == seen && is_changed {
            return Ok(now);
        }
        is_changed |= now != seen;
        seen = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_is_seen_once_it_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let rule = folder.path().join("rule.yaml");
        fs::write(&rule, "a").expect("a file");
        let names = [rule.display().to_string()];
        let before = look(&names).expect("files");
        fs::create_dir(folder.path().join("tests")).expect("a folder");
        fs::write(folder.path().join("tests/new"), "b").expect("a file");
        let after = change(&names, before.clone()).await.expect("files");
        assert_eq!((before.len(), after.len()), (1, 2));
        assert!(look(&["t1583.004".to_owned()]).is_err(), "a pack of the program does not change");
    }
}
