//! `.set`, `.append`, `.set-or-append`, `.set-or-replace` and `.ingest inline`: rows into a table.
//!
//! In: a query or data. Out: a row for each file of rows that came of it. A table keeps its columns; those of a query are taken in their order, by type
//! and not by name, as Kusto takes them. `extend_schema` adds the columns that a query has behind them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Schema;
use engine::types::arrow_fields;
use engine::{Error, Executor, Request, Rows};
use semantics::{Column, Type};
use syntax::{Diagnostic, Span, TokenKind};

use super::cursor::Cursor;
use super::described::texts;
use super::tables::check_columns;
use super::{Commands, codes, failed, is_kept, not_found, rows, unbuilt, wrong};
use crate::delta::{Extent, TableChange};
use crate::formats::inline::{Inline, Refused, read_inline};

/// The identifier of no extent.
const NO_EXTENT: &str = "00000000-0000-0000-0000-000000000000";

impl Commands {
    /// Runs the query and stores its rows.
    pub(super) async fn append(&self, verb: &str, cursor: &mut Cursor<'_>, request: &Request) -> Result<Rows, Error> {
        if cursor.eat("async") {
            return Err(cursor.unbuilt());
        }
        cursor.eat("table");
        let (name, place) = cursor.name("a table's name")?;
        let extends = extends_schema(cursor.properties()?)?;
        let (query, start) = cursor.rest(TokenKind::LessBar)?;
        let lake = self.writable(verb, place)?;
        if is_kept(&name) {
            return Err(unbuilt(format!(".{verb} of a table that vedette keeps for itself"), place));
        }
        self.check_exists(verb, &name, place).await?;
        let given = self.rows_of(query, start, request).await?;
        let mut writer = lake.writer(&|| (self.waits)()).await.map_err(failed)?;
        let known = self.check_exists(verb, &name, place).await?;
        let is_replaced = verb == "set-or-replace" && known.is_some();
        if is_replaced && self.is_brought(&name) {
            return Err(unbuilt(".set-or-replace of a table that vedette brings".to_owned(), place));
        }
        let columns = match known {
            Some(known) => suited(&known, &given.columns, extends, place)?,
            None => {
                self.check_new(&name, place)?;
                given.columns.clone()
            }
        };
        check_columns(&columns, |_| place)?;
        let mut new = self.new_rows(&name, columns);
        let own: Vec<Column> = new.schema.columns.iter().take(given.columns.len()).cloned().collect();
        let batches: Result<Vec<RecordBatch>, Error> =
            given.batches.iter().filter(|batch| batch.num_rows() > 0).map(|batch| renamed(batch, &own)).collect();
        new.batches = batches?;
        let command = format!(".{verb} {name}");
        let (change, lost) = match is_replaced {
            true => (TableChange::Replace(new), vec![name.as_str()]),
            false => (TableChange::Append(new), vec![]),
        };
        extent_rows(&self.store_with(&mut writer, vec![change], &command, &lost).await?)
    }

    /// Stores the data that follow the command.
    pub(super) async fn ingest_inline(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        for word in ["inline", "into", "table"] {
            if !cursor.eat(word) {
                return Err(cursor.unbuilt());
            }
        }
        let (name, place) = cursor.name("a table's name")?;
        let inline = inline(cursor.properties()?)?;
        if cursor.kind() == TokenKind::OpenBracket {
            return Err(unbuilt("data in brackets".to_owned(), cursor.place()));
        }
        let of_data = cursor.place();
        let (data, _) = cursor.rest(TokenKind::LessBar)?;
        let lake = self.writable("ingest", place)?;
        if is_kept(&name) {
            return Err(unbuilt(".ingest into a table that vedette keeps for itself".to_owned(), place));
        }
        let table = self.described(&name).await?.ok_or_else(|| not_found("Table", &name, place))?;
        let read = read_inline(data, &inline, &table.columns);
        let batches = read.map_err(|refused| {
            wrong(match refused {
                Refused::Empty => Diagnostic::error(codes::NO_DATA, of_data, "there is nothing to ingest"),
                Refused::FieldCount(message) => Diagnostic::error(codes::FIELD_COUNT, of_data, message),
                Refused::Broken(message) => Diagnostic::error(codes::BAD_REQUEST, of_data, message),
            })
        })?;
        let mut new = self.new_rows(&name, table.columns);
        new.batches = batches;
        let command = format!(".ingest inline into table {name}");
        let extents = self.store(lake, vec![TableChange::Append(new)], &command, &[]).await?;
        let ids: Vec<&str> = extents.iter().map(|extent| extent.id.as_str()).collect();
        let ids = if ids.is_empty() { vec![NO_EXTENT] } else { ids };
        rows([("ExtentId", Type::Guid, texts(ids))])
    }

    /// The columns of the table, if it is there; `.set` wants none, `.append` wants one.
    async fn check_exists(&self, verb: &str, name: &str, place: Span) -> Result<Option<Vec<Column>>, Error> {
        let table = self.described(name).await?;
        let table = table.filter(|table| table.stored.is_some() || self.content.table_names().contains(name));
        match (table, verb) {
            (Some(_), "set") => {
                let message = format!("entity ID '{name}' of kind 'Table' already exists");
                Err(wrong(
                    Diagnostic::error(codes::ALREADY_EXISTS, place, message).hint("`.set-or-append` adds rows to it"),
                ))
            }
            (None, "append") => Err(not_found("Table", name, place)),
            (table, _) => Ok(table.map(|table| table.columns)),
        }
    }

    async fn rows_of(&self, query: &str, start: usize, request: &Request) -> Result<Rows, Error> {
        if super::is_command(query) {
            return Err(unbuilt(
                "a command's rows as rows of a table".to_owned(),
                Span::new(0, u32::try_from(start).unwrap_or(0)),
            ));
        }
        // Places in the query are those in the command.
        let before = request.text.get(..start).unwrap_or_default();
        let blank: String = before.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        let request = Request { text: format!("{blank}{query}"), ..request.clone() };
        let mut answer = self.engine.query(&request, self.database.clone()).await?;
        if answer.results.len() > 1 {
            return Err(unbuilt("several tables as rows of one".to_owned(), Span::default()));
        }
        answer
            .results
            .pop()
            .ok_or_else(|| wrong(Diagnostic::error(codes::BAD_REQUEST, Span::default(), "the query gives no table")))
    }
}

/// Is `extend_schema` set? Other properties are not built.
fn extends_schema(properties: Vec<(String, String, Span)>) -> Result<bool, Error> {
    let mut extends = false;
    for (name, value, place) in properties {
        match name.as_str() {
            "extend_schema" => extends = value.eq_ignore_ascii_case("true"),
            _ => return Err(unbuilt(format!("the property {name}"), place)),
        }
    }
    Ok(extends)
}

fn inline(properties: Vec<(String, String, Span)>) -> Result<Inline, Error> {
    let mut inline = Inline::default();
    for (name, value, place) in properties {
        match name.as_str() {
            "format" => {
                inline.format =
                    Inline::format_of(&value).ok_or_else(|| unbuilt(format!("the format {value}"), place))?;
            }
            "ignorefirstrecord" => inline.ignores_first = value.eq_ignore_ascii_case("true"),
            _ => return Err(unbuilt(format!("the property {name}"), place)),
        }
    }
    Ok(inline)
}

/// The table's columns, and those that the query has behind them.
fn suited(known: &[Column], given: &[Column], extends: bool, place: Span) -> Result<Vec<Column>, Error> {
    let is_alike = known.iter().zip(given).all(|(known, given)| known.ty == given.ty);
    let is_as_wide = given.len() == known.len() || extends && given.len() > known.len();
    if !is_alike || !is_as_wide {
        let shown = |columns: &[Column]| {
            let columns: Vec<String> = columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
            columns.join(", ")
        };
        let message = format!(
            "query schema does not match table schema: the query has {}; the table has {}",
            shown(given),
            shown(known)
        );
        let hint = "columns are taken in their order, by type; `with (extend_schema=true)` adds those behind them";
        return Err(wrong(Diagnostic::error(codes::BAD_REQUEST, place, message).hint(hint)));
    }
    Ok(known.iter().chain(given.iter().skip(known.len())).cloned().collect())
}

fn renamed(batch: &RecordBatch, columns: &[Column]) -> Result<RecordBatch, Error> {
    RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(columns))), batch.columns().to_vec())
        .map_err(|error| Error::Bug(error.to_string()))
}

/// What the rows were before they were compressed is not known.
fn extent_rows(extents: &[Extent]) -> Result<Rows, Error> {
    let reals =
        |real: fn(&Extent) -> Option<f64>| -> ArrayRef { Arc::new(extents.iter().map(real).collect::<Float64Array>()) };
    let ids: ArrayRef = Arc::new(extents.iter().map(|extent| Some(extent.id.as_str())).collect::<StringViewArray>());
    let counts: ArrayRef =
        Arc::new(extents.iter().map(|extent| i64::try_from(extent.rows).ok()).collect::<Int64Array>());
    rows([
        ("ExtentId", Type::Guid, ids),
        ("OriginalSize", Type::Real, reals(|_| None)),
        ("ExtentSize", Type::Real, reals(|extent| Some((extent.bytes.0 + extent.bytes.1) as f64))),
        ("CompressedSize", Type::Real, reals(|extent| Some(extent.bytes.0 as f64))),
        ("IndexSize", Type::Real, reals(|extent| Some(extent.bytes.1 as f64))),
        ("RowCount", Type::Long, counts),
    ])
}
