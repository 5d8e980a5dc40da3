//! Fields of a YAML mapping, with every problem collected instead of the first.
//!
//! In: a mapping. Out: texts, lists and numbers, and a problem for each that is not what it should be.
//! Knows nothing of rules: which fields there are is the caller's.

use std::collections::BTreeMap;

use yaml_serde::{Mapping, Value};

use crate::problem::Problem;

/// The problems of a file so far.
#[derive(Debug)]
pub(super) struct Problems {
    file: String,
    pub(super) found: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: vec![] }
    }

    pub(super) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.found.push(Problem { file: self.file.clone(), field: field.into(), message: message.into() });
    }
}

/// The fields of one mapping; those that were asked for are taken out.
pub(super) struct Fields {
    path: String,
    left: BTreeMap<String, Value>,
}

impl Fields {
    /// The fields of the mapping at `path` (empty at the top). Keys that are no text are problems.
    pub(super) fn new(path: &str, mapping: Mapping, problems: &mut Problems) -> Self {
        let mut left = BTreeMap::new();
        for (key, value) in mapping {
            match key {
                Value::String(key) => drop(left.insert(key, value)),
                other => problems.add(path, format!("a key is text, found {}", kind(&other))),
            }
        }
        Self { path: path.to_owned(), left }
    }

    /// The path of a field, from the top.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Is there a field of that name left, and not null?
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes a field; `None` when it is not there or null.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// A text. Numbers and booleans are not read as text: `version: 1.0` has lost what its author wrote.
    pub(super) fn text(&mut self, name: &str, problems: &mut Problems) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            other => {
                problems.add(self.path(name), format!("expected text, found {}; quote it", kind(&other)));
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, name: &str, problems: &mut Problems) -> Option<String> {
        if !self.has(name) {
            problems.add(self.path(name), "is missing");
            return None;
        }
        self.text(name, problems).filter(|text| {
            let is_there = !text.trim().is_empty();
            if !is_there {
                problems.add(self.path(name), "is empty");
            }
            is_there
        })
    }

    /// A list of texts; empty when it is not there.
    pub(super) fn texts(&mut self, name: &str, problems: &mut Problems) -> Vec<String> {
        let mut texts = vec![];
        for (path, value) in self.list(name, problems) {
            match value {
                Value::String(text) => texts.push(text),
                other => problems.add(path, format!("expected text, found {}", kind(&other))),
            }
        }
        texts
    }

    /// A list of mappings, each as its fields; empty when it is not there.
    pub(super) fn mappings(&mut self, name: &str, problems: &mut Problems) -> Vec<Self> {
        let mut mappings = vec![];
        for (path, value) in self.list(name, problems) {
            match value {
                Value::Mapping(mapping) => mappings.push(Self::new(&path, mapping, problems)),
                other => problems.add(path, format!("expected fields, found {}", kind(&other))),
            }
        }
        mappings
    }

    /// The fields of a mapping; `None` when it is not there.
    pub(super) fn mapping(&mut self, name: &str, problems: &mut Problems) -> Option<Self> {
        match self.take(name)? {
            Value::Mapping(mapping) => Some(Self::new(&self.path(name), mapping, problems)),
            other => {
                problems.add(self.path(name), format!("expected fields, found {}", kind(&other)));
                None
            }
        }
    }

    /// The texts of a mapping by key, in the order of the keys.
    pub(super) fn pairs(&mut self, name: &str, problems: &mut Problems) -> Vec<(String, String)> {
        let Some(mut fields) = self.mapping(name, problems) else { return vec![] };
        let names: Vec<String> = fields.left.keys().cloned().collect();
        names.into_iter().filter_map(|name| fields.text(&name, problems).map(|text| (name, text))).collect()
    }

    /// What nobody asked for.
    pub(super) fn rest(self) -> BTreeMap<String, Value> {
        self.left
    }

    fn list(&mut self, name: &str, problems: &mut Problems) -> Vec<(String, Value)> {
        let path = self.path(name);
        match self.take(name) {
            None => vec![],
            Some(Value::Sequence(items)) => {
                items.into_iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect()
            }
            Some(other) => {
                problems.add(path, format!("expected a list, found {}", kind(&other)));
                vec![]
            }
        }
    }
}

/// What a value is, in a word.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "fields",
        Value::Tagged(_) => "a tagged value",
    }
}
