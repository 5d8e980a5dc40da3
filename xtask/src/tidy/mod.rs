//! The rules of the house that a program can check.
//!
//! In: the workspace's files. Out: complaints, each with its place. There is no list of exceptions.

mod content;
mod functions;
mod rooms;
mod rust;

use std::fmt;
use std::path::Path;

use crate::tree;

/// A rule that a file breaks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    path: String,
    /// From 1; 0 for the file as a whole.
    line: usize,
    text: String,
}

impl Complaint {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.text),
            line => write!(f, "{}:{line}: {}", self.path, self.text),
        }
    }
}

/// Complains about everything that is untidy.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let complaints: Vec<String> = check(root).iter().map(Complaint::to_string).collect();
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(format!("{}\n{} untidy places", complaints.join("\n"), complaints.len())),
    }
}

fn check(root: &Path) -> Vec<Complaint> {
    let sources = tree::files(root, "rs");
    let mut complaints: Vec<Complaint> = sources.iter().flat_map(rust::check).collect();
    complaints.extend(tree::files(root, "toml").iter().flat_map(rooms::check_manifest));
    complaints.extend(sources.iter().flat_map(rooms::check_source));
    complaints.extend(functions::check(&sources, &tree::files(&root.join("crates/engine/tests/spec/functions"), "md")));
    complaints.extend(content::check(root));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let untidy = run(&crate::root()).err().unwrap_or_default();
        assert!(untidy.is_empty(), "{untidy}");
    }
}
