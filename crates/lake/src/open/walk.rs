//! Paths and folders → files, in order.
//!
//! In: paths. Out: every file under them with its size; within a folder by name, byte by byte, so that two runs read alike. A link that
//! leads nowhere costs only itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::formats::Account;
use crate::record::{ReadError, Summary};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// Every file under the paths. Devices, sockets and pipes inside folders are left out; one that is named itself is read.
///
/// Errors: a path or a folder that cannot be read. A link inside a folder that leads nowhere, or round in a circle, is noted.
pub(crate) fn list(paths: &[PathBuf], summary: &mut Summary) -> Result<Vec<Found>, ReadError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| ReadError::unreadable(path, error))?;
        if metadata.is_dir() {
            walk(path, &mut files, summary)?;
        } else {
            files.push(Found { path: path.clone(), bytes: metadata.len() });
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<Found>, summary: &mut Summary) -> Result<(), ReadError> {
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to a folder above it: what it leads to is read already.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                if error.depth() > 0 && is_lost_link(&path, error.io_error()) {
                    let mut account = Account::new(path.display().to_string());
                    account.note("not read: a link that leads nowhere");
                    summary.files.push(account.finish());
                    continue;
                }
                let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("cannot be walked"));
                return Err(ReadError::Unreadable { path, source });
            }
        };
        let metadata = entry.metadata().map_err(|error| ReadError::unreadable(entry.path(), error.into()))?;
        if metadata.is_file() {
            files.push(Found { path: entry.into_path(), bytes: metadata.len() });
        }
    }
    Ok(())
}

/// A link to nothing, or to itself by way of others. One to what may not be read leads somewhere.
fn is_lost_link(path: &Path, error: Option<&std::io::Error>) -> bool {
    let is_forbidden = error.is_some_and(|error| error.kind() == ErrorKind::PermissionDenied);
    !is_forbidden && std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}
