//! Tables as commands describe them: as text, as JSON, as rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use engine::{Error, Rows};
use semantics::{Column, Type};
use serde_json::{Value, json};

use super::{Commands, failed, rows};
use crate::delta::{INGESTED, LakeTable};

/// The settings of a table that say what it is for.
pub(super) const DOC_STRING: &str = "vedette.docString";
pub(super) const FOLDER: &str = "vedette.folder";

/// A table.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) folder: String,
    pub(super) doc_string: String,
    /// As the lake has it.
    pub(super) stored: Option<LakeTable>,
}

impl Commands {
    /// The table of a name.
    pub(super) async fn described(&self, name: &str) -> Result<Option<Described>, Error> {
        let stored = match &self.lake {
            Some(lake) => lake.table(name, None).await.map_err(failed)?,
            None => None,
        };
        self.describe(name, stored)
    }

    fn describe(&self, name: &str, stored: Option<LakeTable>) -> Result<Option<Described>, Error> {
        let own = match &stored {
            // Of a table of the user's own the lake knows most; the database may have been opened before.
            Some(table) if !self.content.table_names().contains(name) => Some(table.columns().map_err(failed)?),
            _ => self.database.schema(name).map(|schema| schema.columns.clone()),
        };
        let Some(mut columns) = own else { return Ok(None) };
        columns.retain(|column| column.name != INGESTED);
        let setting = |key: &str| stored.as_ref().and_then(|table| table.setting(key)).unwrap_or_default();
        let (folder, doc_string) = (setting(FOLDER), setting(DOC_STRING));
        Ok(Some(Described { name: name.to_owned(), columns, folder, doc_string, stored }))
    }

    /// The tables that there are, by name: those of the lake and those with rows; of no data, all that are known.
    pub(super) async fn all_described(&self) -> Result<Vec<Described>, Error> {
        let mut stored: BTreeMap<String, LakeTable> = match &self.lake {
            Some(lake) => lake.tables().await.map_err(failed)?,
            None => BTreeMap::new(),
        };
        let known = self.database.table_names();
        let mut names: BTreeSet<String> = stored.keys().cloned().collect();
        // What the lake has dropped since the database was opened is none of these.
        names.extend(
            known
                .iter()
                .filter(|name| self.database.provider(name).is_some() && !self.database.has_ingestion_time(name))
                .cloned(),
        );
        if self.lake.is_none() && names.is_empty() {
            names.extend(known);
        }
        let described = names.into_iter().map(|name| {
            let table = stored.remove(&name);
            self.describe(&name, table)
        });
        Ok(described.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().collect())
    }

    /// TableName, Schema, DatabaseName, Folder, DocString.
    pub(super) fn schema_row(&self, table: &Described, schema: String) -> Result<Rows, Error> {
        rows([
            ("TableName", Type::String, texts([table.name.as_str()])),
            ("Schema", Type::String, texts([schema.as_str()])),
            ("DatabaseName", Type::String, texts([self.database_name().as_str()])),
            ("Folder", Type::String, texts([table.folder.as_str()])),
            ("DocString", Type::String, texts([table.doc_string.as_str()])),
        ])
    }
}

impl Described {
    /// `a:long, b:string`, as `.create table` takes it.
    pub(super) fn to_csl(&self) -> String {
        let column = |column: &Column| format!("{}:{}", bracketed(&column.name), column.ty);
        self.columns.iter().map(column).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"Name": self.name, "OrderedColumns": self.ordered_columns()})
    }

    pub(super) fn ordered_columns(&self) -> Vec<Value> {
        let column =
            |column: &Column| json!({"Name": column.name, "Type": column.ty.clr_name(), "CslType": column.ty.name()});
        self.columns.iter().map(column).collect()
    }
}

fn bracketed(name: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if is_plain { name.to_owned() } else { format!("['{name}']") }
}

/// A column of text.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(texts.into_iter().map(Some).collect::<StringViewArray>())
}
