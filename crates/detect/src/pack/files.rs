//! The files of a pack, on disk or part of the program, under one kind of path: relative, with `/`.
//!
//! In: a path, or the content and a folder of it. Out: texts by path, and the events beside a test case, unread when they are on disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lake::{Content, Watchlist, WatchlistRows};
use semantics::StoredFunction;
use walkdir::WalkDir;

use super::{Error, Events};

/// Files of a folder at most: four times the public repository of Sentinel's rules.
const FILES_MAX: usize = 200_000;

/// Bytes of a rule, a guide or a case at most; Sentinel's own limit for a query is 10,000 characters.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The files of a pack.
pub(super) struct Files {
    /// The folder that the paths are relative to, as a person would name it.
    root: PathBuf,
    /// YAML, Markdown and KQL.
    texts: BTreeMap<String, Cow<'static, str>>,
    /// Everything else.
    events: BTreeMap<String, Events>,
}

impl Files {
    /// A folder, or one file with the `guide.md`, `tests/` and `functions/` beside it.
    pub(super) fn on_disk(path: &Path) -> Result<Self, Error> {
        let (root, only) = match path.is_file() {
            true => (path.parent().unwrap_or(Path::new("")).to_owned(), path.file_name().map(PathBuf::from)),
            false => (path.to_owned(), None),
        };
        let mut files = Self { root, texts: BTreeMap::new(), events: BTreeMap::new() };
        match only {
            None => files.walk(Path::new(""))?,
            Some(file) => {
                files.add(&file)?;
                for beside in ["guide.md", "tests", "watchlists", "functions"] {
                    if files.root.join(beside).exists() {
                        files.walk(Path::new(beside))?;
                    }
                }
            }
        }
        Ok(files)
    }

    /// A folder of the content.
    pub(super) fn in_content(content: &Content, folder: &str) -> Result<Self, Error> {
        let mut files = Self { root: PathBuf::from(folder), texts: BTreeMap::new(), events: BTreeMap::new() };
        let mut left = vec![String::new()];
        while let Some(path) = left.pop() {
            let full = if path.is_empty() { folder.to_owned() } else { format!("{folder}/{path}") };
            match content.text(&full)? {
                Some(text) if is_text(&path) => drop(files.texts.insert(path, text)),
                Some(text) => {
                    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
                    files.events.insert(path, Events::Text(name, text));
                }
                None => {
                    let names = content.names(&full).into_iter();
                    left.extend(names.map(|name| if path.is_empty() { name } else { format!("{path}/{name}") }));
                }
            }
        }
        Ok(files)
    }

    /// Every text with its path, in the order of the paths.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_ref()))
    }

    /// The texts of that name in the folders directly below a folder.
    pub(super) fn texts_named(&self, folder: &str, name: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| {
            let below =
                path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| rest.split_once('/'));
            below.is_some_and(|(_, file)| file == name)
        })
    }

    /// The functions of the pack, `functions/<name>.kql` each.
    pub(super) fn functions(&self) -> impl Iterator<Item = (String, StoredFunction)> {
        self.texts().filter_map(|(path, text)| {
            let name = path.strip_prefix("functions/")?.strip_suffix(".kql").filter(|name| !name.contains('/'))?;
            Some((name.to_owned(), StoredFunction { text: text.into(), file: self.shown(path).into() }))
        })
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(AsRef::as_ref)
    }

    /// The files of a folder (named with its last `/`) that are no texts.
    pub(super) fn events(&self, folder: &str) -> Vec<Events> {
        let below =
            self.events.iter().filter(|(path, _)| path.strip_prefix(folder).is_some_and(|name| !name.contains('/')));
        below.map(|(_, events)| events.clone()).collect()
    }

    /// The watchlists: CSV files in folders of that name, each under its file's name, in the order of their paths.
    pub(super) fn watchlists(&self) -> Vec<Watchlist> {
        let mut watchlists = vec![];
        for (path, rows) in &self.events {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let Some(alias) = file.strip_suffix(".csv").filter(|alias| !alias.is_empty()) else { continue };
            if folder != "watchlists" && !folder.ends_with("/watchlists") {
                continue;
            }
            let rows = match rows {
                Events::File(path) => WatchlistRows::File(path.clone()),
                Events::Text(_, text) => WatchlistRows::Text(self.shown(path), text.clone().into_owned()),
            };
            watchlists.push(Watchlist { alias: alias.to_owned(), rows, key: None });
        }
        watchlists
    }

    /// A path as a person finds the file.
    pub(super) fn shown(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    fn walk(&mut self, below: &Path) -> Result<(), Error> {
        let start = self.root.join(below);
        for (count, entry) in WalkDir::new(&start).into_iter().enumerate() {
            if count > FILES_MAX {
                return Err(Error::TooMany { path: start, max: FILES_MAX });
            }
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&start).to_owned();
                Error::Unreadable { path, source: error.into() }
            })?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path()).to_owned();
                self.add(&path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) -> Result<(), Error> {
        let full = self.root.join(path);
        let name = path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if !is_text(&name) {
            self.events.insert(name, Events::File(full));
            return Ok(());
        }
        let unreadable = |source| Error::Unreadable { path: full.clone(), source };
        if fs::metadata(&full).map_err(unreadable)?.len() <= TEXT_BYTES_MAX {
            let bytes = fs::read(&full).map_err(unreadable)?;
            // A rule that is not UTF-8 is read all the same; the replacement character shows where it is wrong.
            self.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned().into());
        }
        Ok(())
    }
}

fn is_text(path: &str) -> bool {
    [".yaml", ".yml", ".md", ".kql"].iter().any(|extension| path.ends_with(extension))
}
