//! The workspace's own files: texts by path, without what is built or fetched.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// A file of the workspace.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the workspace's folder, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// Every file with that extension, by path; files that cannot be read as text are left out.
pub(crate) fn files(root: &Path, extension: &str) -> Vec<File> {
    paths(root, extension)
        .into_iter()
        .filter_map(|full| {
            let path = full.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
            Some(File { path, text: std::fs::read_to_string(&full).ok()? })
        })
        .collect()
}

/// The paths of every file with that extension.
pub(crate) fn paths(root: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_ours).filter_map(Result::ok);
    entries.map(DirEntry::into_path).filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0
        || !(entry.file_type().is_dir() && (name == "target" || name == "node_modules" || name.starts_with('.')))
}
