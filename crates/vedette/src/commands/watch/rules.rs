//! The rules of a watch, read again when their files change.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use detect::Rule;
use lake::{Content, Watchlist};

use crate::commands::detect::load_packs;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::counted;

/// Files that are looked at for changes.
const FILES_MAX: usize = 50_000;
/// Folders within folders.
const DEPTH_MAX: usize = 32;

/// Where a file is, when it was changed, and how long it is.
type Trace = (PathBuf, Option<SystemTime>, u64);

/// Rules and what lies beside them.
pub(super) struct Rules {
    names: Vec<String>,
    traces: Vec<Trace>,
    /// The rules, until somebody takes them.
    pub(super) rules: Vec<Rule>,
    /// The watchlists of their packs.
    pub(super) watchlists: Vec<Watchlist>,
    /// Could one of them not be read?
    pub(super) is_broken: bool,
}

impl Rules {
    /// Reads rules. What is wrong with a file is said, and the others are read.
    pub(super) fn load(names: &[String], content: &Content, console: &Console) -> Result<Self, Failure> {
        // Before they are read: what changes meanwhile is read again.
        let traces = traces(names);
        let packs = load_packs(names, content, console)?;
        let rules = packs.detections.into_iter().map(|detection| detection.rule).collect();
        let (watchlists, is_broken) = (packs.watchlists, packs.worst.is_some());
        Ok(Self { names: names.to_vec(), traces, rules, watchlists, is_broken })
    }

    /// Reads them again if a file has changed; those that were read before are kept when that fails.
    pub(super) fn reload(&mut self, content: &Content, console: &Console) -> bool {
        let traces = traces(&self.names);
        if traces == self.traces {
            return false;
        }
        self.traces = traces;
        match Self::load(&self.names, content, console) {
            Ok(read) => {
                console.note(&format!("rules have changed: {}", counted(read.rules.len(), "rule")));
                *self = read;
                true
            }
            Err(failure) => {
                console.failure(&failure);
                console.warning("rules have changed and cannot be read; those from before are run");
                false
            }
        }
    }
}

fn traces(names: &[String]) -> Vec<Trace> {
    let mut traces = vec![];
    for name in names {
        add(Path::new(name), 0, &mut traces);
    }
    traces.sort();
    traces
}

fn add(path: &Path, depth: usize, traces: &mut Vec<Trace>) {
    let Ok(found) = fs::metadata(path) else { return };
    if traces.len() >= FILES_MAX || depth > DEPTH_MAX {
        return;
    }
    if found.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            add(&entry.path(), depth + 1, traces);
        }
    } else {
        traces.push((path.to_owned(), found.modified().ok(), found.len()));
    }
}
