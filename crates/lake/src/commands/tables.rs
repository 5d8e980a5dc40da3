//! `.create table`, `.create-merge table`, `.alter-merge table` and `.drop table`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use engine::{Error, Rows};
use semantics::{Column, TableSchema, Type};
use syntax::{Diagnostic, Span};

use super::cursor::Cursor;
use super::described::{DOC_STRING, FOLDER, texts};
use super::{Commands, codes, failed, is_kept, not_found, rows, unbuilt, wrong};
use crate::delta::{NewRows, TableChange};
use crate::formats::custom::COLUMNS_MAX;
use crate::ingest::{CUSTOM_END, check_table_name};

/// Names that the lake keeps for itself in every table.
const KEPT: [&str; 2] = ["_date", "_ingest"];

impl Commands {
    /// Makes a table, or adds columns to it. Gives its schema, as `.show table T schema as json` does.
    pub(super) async fn create(&self, verb: &str, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        if !cursor.eat("table") {
            return Err(cursor.unbuilt());
        }
        let (name, place) = cursor.name("a table's name")?;
        let told = cursor.columns()?;
        let settings = settings(cursor.properties()?)?;
        cursor.end()?;
        let columns: Vec<Column> = told.iter().map(|(name, ty, _)| Column::new(name, *ty)).collect();
        check_columns(&columns, |at| told.get(at).map_or(place, |(_, _, place)| *place))?;
        let lake = self.writable(verb, place)?;
        let mut writer = lake.writer(&|| (self.waits)()).await.map_err(failed)?;
        let existing = self.described(&name).await?;
        match &existing {
            None if verb == "alter-merge" => return Err(not_found("Table", &name, place)),
            None => self.check_new(&name, place)?,
            // Kusto's `.create table` leaves a table of that name as it is.
            Some(table) if verb == "create" => return self.schema_row(table, table.to_json().to_string()),
            Some(_) if is_kept(&name) || self.is_brought(&name) => {
                return Err(unbuilt(format!(".{verb} of a table that vedette brings"), place));
            }
            Some(table) => check_merge(&table.columns, &told)?,
        }
        // Columns of a table that is there stay where they are.
        let mut all = existing.map(|table| table.columns).unwrap_or_default();
        all.extend(
            columns.into_iter().filter(|column| !all.iter().any(|known| known.name == column.name)).collect::<Vec<_>>(),
        );
        check_columns(&all, |_| place)?;
        let change = TableChange::Describe(self.new_rows(&name, all), settings);
        self.store_with(&mut writer, vec![change], &format!(".{verb} table {name}"), &[]).await?;
        let made = self.described(&name).await?.ok_or_else(|| not_found("Table", &name, place))?;
        self.schema_row(&made, made.to_json().to_string())
    }

    /// Takes tables away, all of them or none. Gives those that are left.
    pub(super) async fn drop(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        let named = match (cursor.eat("table"), cursor.eat("tables")) {
            (true, _) => vec![cursor.name("a table's name")?],
            (_, true) => cursor.names("a table's name")?,
            _ => return Err(cursor.unbuilt()),
        };
        let is_lenient = cursor.eat("ifexists");
        cursor.end()?;
        let at = named.first().map_or_else(Span::default, |(_, place)| *place);
        let lake = self.writable("drop", at)?;
        for (name, place) in &named {
            if is_kept(name) || self.is_brought(name) {
                let refused = unbuilt(".drop of a table that vedette brings".to_owned(), *place);
                return Err(hinted(refused, "its files count as read; `vedette lake retain` takes old days away"));
            }
        }
        let mut writer = lake.writer(&|| (self.waits)()).await.map_err(failed)?;
        let mut gone: Vec<&str> = vec![];
        for (name, place) in &named {
            match lake.table(name, None).await.map_err(failed)? {
                Some(_) if gone.contains(&name.as_str()) => {}
                Some(_) => gone.push(name),
                None if is_lenient => {}
                None => return Err(not_found("Table", name, *place)),
            }
        }
        if !gone.is_empty() {
            let changes = gone.iter().map(|name| TableChange::Drop((*name).to_owned())).collect();
            let command = format!(".drop table {}", gone.join(", "));
            self.store_with(&mut writer, changes, &command, &gone).await?;
        }
        let left = self.all_described().await?;
        let database = self.database_name();
        rows([
            ("TableName", Type::String, texts(left.iter().map(|table| table.name.as_str()))),
            ("DatabaseName", Type::String, texts(left.iter().map(|_| database.as_str()))),
        ])
    }

    /// Refuses a name that a table of the user's own cannot have.
    pub(super) fn check_new(&self, name: &str, place: Span) -> Result<(), Error> {
        check_table_name(name, &self.content)
            .map_err(|message| wrong(Diagnostic::error(codes::NAME_NOT_VALID, place, message)))
    }

    /// Is it a table of Microsoft's, whose columns vedette knows, and no custom one that a folder of content declares?
    pub(super) fn is_brought(&self, name: &str) -> bool {
        self.content.table_names().contains(name) && !name.ends_with(CUSTOM_END)
    }

    /// No rows yet of a table, whose columns are stored as they are unless it is Microsoft's.
    pub(super) fn new_rows(&self, name: &str, columns: Vec<Column>) -> NewRows {
        let schema = TableSchema { name: name.to_owned(), columns, compat: vec![] };
        let is_as_is = !self.is_brought(name);
        NewRows { is_as_is, ..NewRows::as_is(Arc::new(schema)) }
    }
}

/// Refuses names that other readers of the lake could not tell apart, or not read.
pub(super) fn check_columns(columns: &[Column], place: impl Fn(usize) -> Span) -> Result<(), Error> {
    let not_valid = |at: usize, message: String| {
        Err(wrong(
            Diagnostic::error(codes::NAME_NOT_VALID, place(at), message)
                .hint("`project-rename` gives a column another name"),
        ))
    };
    if columns.len() > COLUMNS_MAX {
        return not_valid(0, format!("{} columns; a table has {COLUMNS_MAX} at most", columns.len()));
    }
    let mut seen = HashSet::new();
    for (at, column) in columns.iter().enumerate() {
        let name = &column.name;
        if KEPT.contains(&name.as_str()) {
            return not_valid(at, format!("`{name}` is a column that the lake keeps for itself"));
        }
        if name.is_empty() || !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return not_valid(
                at,
                format!("`{name}` is no name of a column in a lake: expected letters, digits and `_`"),
            );
        }
        if !seen.insert(name.to_lowercase()) {
            return not_valid(at, format!("`{name}` is there twice; a lake does not mind case"));
        }
    }
    Ok(())
}

/// A column that is there keeps its type.
fn check_merge(known: &[Column], told: &[(String, Type, Span)]) -> Result<(), Error> {
    for (name, ty, place) in told {
        let clash = known.iter().find(|column| column.name == *name && column.ty != *ty);
        if let Some(column) = clash {
            let message = format!("the column `{name}` is {}, which cannot become {ty}", column.ty);
            return Err(wrong(Diagnostic::error(codes::BAD_REQUEST, *place, message)));
        }
        let lower = name.to_lowercase();
        if known.iter().any(|column| column.name != *name && column.name.to_lowercase() == lower) {
            let message = format!("`{name}` is there in another case; a lake does not mind case");
            return Err(wrong(Diagnostic::error(codes::NAME_NOT_VALID, *place, message)));
        }
    }
    Ok(())
}

fn settings(properties: Vec<(String, String, Span)>) -> Result<BTreeMap<String, String>, Error> {
    let mut settings = BTreeMap::new();
    for (name, value, place) in properties {
        let key = match name.as_str() {
            "docstring" => DOC_STRING,
            "folder" => FOLDER,
            _ => return Err(unbuilt(format!("the property {name}"), place)),
        };
        settings.insert(key.to_owned(), value);
    }
    Ok(settings)
}

fn hinted(error: Error, hint: &str) -> Error {
    match error {
        Error::Query(diagnostics) => Error::Query(diagnostics.into_iter().map(|found| found.hint(hint)).collect()),
        other => other,
    }
}
