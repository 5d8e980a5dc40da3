//! Paths and folders → files, in order.
//!
//! In: paths. Out: every file under them with its size; within a folder by name, byte by byte, so that two runs read alike.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::record::ReadError;

/// A file to read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) byte_count: u64,
}

/// Every file under the paths. Devices, sockets and pipes inside folders are left out; one that is named itself is read.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<Found>, ReadError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| ReadError::unreadable(path, error))?;
        if metadata.is_dir() {
            walk(path, &mut files)?;
        } else {
            files.push(Found { path: path.clone(), byte_count: metadata.len() });
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<Found>) -> Result<(), ReadError> {
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to a folder above it: what it leads to is read already.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("cannot be walked"));
                return Err(ReadError::Unreadable { path, source });
            }
        };
        let metadata = entry.metadata().map_err(|error| ReadError::unreadable(entry.path(), error.into()))?;
        if metadata.is_file() {
            files.push(Found { path: entry.into_path(), byte_count: metadata.len() });
        }
    }
    Ok(())
}
