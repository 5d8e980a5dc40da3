//! Where events of a log source stand: which table, which rows of it, and which column holds a field.
//!
//! In: the files of `content/sigma`. Out: for the log source of a rule, the tables that may be read for it, the best first. A field that a table
//! has no column for is not dropped: the next table is tried, and a rule that no table serves is refused with the field's name.

use std::collections::BTreeMap;

use lake::Content;
use rsigma_parser::LogSource;
use semantics::Type;
use serde::Deserialize;

/// All log sources that are known.
#[derive(Debug)]
pub struct Mapping {
    sources: Vec<Mapped>,
}

/// A log source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapped {
    logsource: BTreeMap<String, String>,
    reads: Vec<Read>,
}

/// A table that has the events of a log source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    /// The table.
    pub(super) table: String,
    /// Which of its rows are meant, as KQL; all without it.
    #[serde(default)]
    pub(super) condition: Option<String>,
    /// Fields and what holds them.
    #[serde(default)]
    fields: BTreeMap<String, Field>,
    /// The bag that holds all other fields, by their own names.
    #[serde(default)]
    rest: Option<String>,
    /// Where a word without a field is looked for; in all columns of text without it.
    #[serde(default)]
    pub(super) keywords: Option<String>,
    /// What the translation loses, in words.
    #[serde(default)]
    pub(super) losses: Vec<String>,
}

/// What holds a field: a column or an expression, and how values are compared with it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Field {
    Text(String),
    Kind(Kind),
}

/// A field whose values are not compared as they stand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Kind {
    /// A name without its folder, where rules write a path that ends in it.
    FileName(String),
    /// A key of the registry, with the long names of its roots.
    RegistryKey(String),
    /// What Sysmon writes of a registry value, where the table has type and data.
    RegistryData(String),
    /// `ALGORITHM=DIGEST`: a column for each.
    Digests(BTreeMap<String, String>),
    /// Values that stand for a condition each.
    Values(BTreeMap<String, String>),
    /// A number that rules write as text, maybe hexadecimal.
    Number(String),
}

/// A field of a rule, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Text, never null.
    Text(String),
    /// A number, maybe null.
    Number(String),
    /// A truth, maybe null.
    Bool(String),
    /// See [`Kind`].
    FileName(String),
    /// See [`Kind`].
    RegistryKey(String),
    /// See [`Kind`].
    RegistryData(String),
    /// See [`Kind`].
    Digests(BTreeMap<String, String>),
    /// See [`Kind`].
    Values(BTreeMap<String, String>),
}

impl Mapping {
    /// Reads the files of `content/sigma`.
    ///
    /// # Errors
    /// A file that is not what this reads, with its path.
    pub fn read(content: &Content) -> Result<Self, String> {
        let mut sources = vec![];
        for stem in content.stems("sigma", "yaml") {
            let path = format!("sigma/{stem}.yaml");
            let text = content.text(&path).map_err(|error| error.to_string())?.unwrap_or_default();
            let read: Vec<Mapped> = yaml_serde::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
            sources.extend(read);
        }
        Ok(Self { sources })
    }

    /// The tables for a log source: those of the most specific entry that says nothing else than it.
    pub(super) fn reads(&self, source: &LogSource) -> Option<&[Read]> {
        let told = [("product", &source.product), ("category", &source.category), ("service", &source.service)];
        let is_met = |key: &str, value: &str| {
            told.iter().any(|(name, told)| {
                *name == key && told.as_deref().is_some_and(|told| told.eq_ignore_ascii_case(value))
            })
        };
        let fits = |mapped: &&Mapped| mapped.logsource.iter().all(|(key, value)| is_met(key, value));
        // Of equal ones the first: files are read in the order of their names.
        let best = self.sources.iter().filter(fits).rev().max_by_key(|mapped| mapped.logsource.len())?;
        Some(&best.reads)
    }
}

impl Read {
    /// What holds a field; `None` when nothing does.
    pub(super) fn place(&self, field: &str, content: &Content) -> Option<Place> {
        let told = self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, told)| told);
        match told {
            Some(Field::Text(text)) => Some(self.typed(text, content)),
            Some(Field::Kind(kind)) => Some(kind.place()),
            None => {
                let bag = self.rest.as_deref()?;
                let steps: String = field.split('.').map(super::kql::member).collect();
                Some(Place::Text(format!("tostring({bag}{steps})")))
            }
        }
    }

    /// A column by its type; an expression is text.
    fn typed(&self, text: &str, content: &Content) -> Place {
        let table = content.table(&self.table).ok().flatten();
        let column = table.as_ref().and_then(|table| table.columns.iter().find(|column| column.name == text));
        match column.map(|column| column.ty) {
            Some(Type::Int | Type::Long | Type::Real | Type::Decimal) => Place::Number(text.to_owned()),
            Some(Type::Bool) => Place::Bool(text.to_owned()),
            Some(Type::String) | None => Place::Text(text.to_owned()),
            Some(_) => Place::Text(format!("tostring({text})")),
        }
    }
}

impl Kind {
    fn place(&self) -> Place {
        match self {
            Self::FileName(text) => Place::FileName(text.clone()),
            Self::RegistryKey(text) => Place::RegistryKey(text.clone()),
            Self::RegistryData(text) => Place::RegistryData(text.clone()),
            Self::Digests(columns) => Place::Digests(columns.clone()),
            Self::Values(values) => Place::Values(values.clone()),
            Self::Number(text) => Place::Number(text.clone()),
        }
    }
}
