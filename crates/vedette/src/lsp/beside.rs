//! Functions written in KQL that lie beside a file, in `functions/`: they count for its queries as they do for `check`.
//!
//! In: the path of a file. Out: what its folder adds to the catalog. What was read is kept until something is saved.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use semantics::StoredFunction;

use crate::findings::Beside;

/// Functions of a folder at most.
const FILES_MAX: usize = 5_000;

/// What folders add.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    known: HashMap<PathBuf, Arc<Beside>>,
    nothing: Arc<Beside>,
}

impl Folders {
    /// What the folder of a file adds.
    pub(crate) fn beside(&mut self, file: &Path) -> Arc<Beside> {
        let Some(folder) = file.parent().filter(|_| file.is_absolute()) else { return Arc::clone(&self.nothing) };
        if let Some(known) = self.known.get(folder) {
            return Arc::clone(known);
        }
        let read = Arc::new(read(folder));
        self.known.insert(folder.to_owned(), Arc::clone(&read));
        read
    }

    /// What was read may have changed.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }
}

/// Functions beside a file, and those beside a folder around it: a function may call its neighbors.
fn read(folder: &Path) -> Beside {
    let home = match folder.file_name().is_some_and(|name| name == "functions") {
        true => folder.to_owned(),
        false => folder.join("functions"),
    };
    let mut functions = BTreeMap::new();
    let entries = std::fs::read_dir(home).into_iter().flatten().flatten().take(FILES_MAX);
    for path in entries.map(|entry| entry.path()) {
        let is_kql = path.extension().is_some_and(|ending| ending == "kql");
        let name = path.file_stem().and_then(|name| name.to_str()).filter(|_| is_kql);
        if let (Some(name), Ok(text)) = (name, std::fs::read_to_string(&path)) {
            let file = path.display().to_string();
            functions.insert(name.to_owned(), StoredFunction { text: text.into(), file: file.into() });
        }
    }
    Beside { functions, watchlists: BTreeMap::new() }
}
