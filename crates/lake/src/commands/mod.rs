//! Management commands of Kusto: `.show …`, `.create table …`, `.drop table …`, `.set-or-append …`, `.ingest inline …`.
//!
//! In: the text of a command, a lake, and the tables that queries see. Out: the rows that Kusto answers, under its names, or a diagnostic at a place of
//! the text. What writes takes the writer's lock and is one entry of the journal: done wholly or not at all. Columns and their order are those of
//! learn.microsoft.com/kusto/management.

mod append;
mod codes;
mod cursor;
mod described;
mod piped;
mod show;
mod tables;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::Schema;
use engine::types::arrow_fields;
use engine::{Answer, Database, Engine, Error, Request, Rows};
use semantics::{Column, Type};
use syntax::{Diagnostic, Span, TokenKind};

use crate::clock;
use crate::content::Content;
use crate::delta::{Extent, Lake, TableChange};
use crate::ingest::ledger::{self, FILES};
use cursor::Cursor;

/// The name of the database where there is no lake to name it.
const DATABASE: &str = "NetDefaultDB";

/// What commands work on.
#[derive(Clone)]
pub struct Commands {
    /// The lake; without one nothing can be written.
    pub lake: Option<Lake>,
    /// The tables that queries see.
    pub database: Arc<dyn Database>,
    /// The known tables.
    pub content: Arc<Content>,
    /// Who runs the queries inside commands.
    pub engine: Engine,
    /// Told when another process writes to the lake, which is waited for.
    pub waits: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Commands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Commands").field("lake", &self.lake).finish_non_exhaustive()
    }
}

/// Is the text a command, and no query? Its first word begins with a dot.
pub fn is_command(text: &str) -> bool {
    let tokens = syntax::lexer::tokenize(text);
    tokens.iter().find(|token| !token.kind.is_trivia()).is_some_and(|token| token.kind == TokenKind::Dot)
}

/// Does the command change a lake, so that what queries see has to be opened again?
pub fn is_writing(text: &str) -> bool {
    is_command(text) && Cursor::new(text).verb().is_ok_and(|(verb, _)| verb != "show")
}

impl Commands {
    /// Runs a command.
    ///
    /// # Errors
    /// A command that is wrong or not built is told with its place; a lake that cannot be read or written is the environment's fault.
    pub async fn run(&self, request: &Request) -> Result<Answer, Error> {
        let mut cursor = Cursor::new(&request.text);
        let (verb, place) = cursor.verb()?;
        let rows = match verb.as_str() {
            "show" => {
                let rows = self.show(&mut cursor).await?;
                return self.piped(rows, &cursor, request).await;
            }
            "create" | "create-merge" | "alter-merge" => self.create(&verb, &mut cursor).await?,
            "drop" => self.drop(&mut cursor).await?,
            "set" | "append" | "set-or-append" | "set-or-replace" => self.append(&verb, &mut cursor, request).await?,
            "ingest" => self.ingest_inline(&mut cursor).await?,
            _ => return Err(unbuilt(format!(".{verb}"), place)),
        };
        Ok(Answer { results: vec![rows], render: None, diagnostics: vec![] })
    }

    /// The database's name: the last part of the lake's.
    fn database_name(&self) -> String {
        let lake = self.lake.as_ref().map(Lake::name).unwrap_or_default();
        let last = lake.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if last.is_empty() || last == "." { DATABASE.to_owned() } else { last.to_owned() }
    }

    /// The lake that a command writes to.
    fn writable(&self, verb: &str, place: Span) -> Result<&Lake, Error> {
        self.lake.as_ref().ok_or_else(|| {
            let message = format!("`.{verb}` writes to a lake, and none is given");
            wrong(
                Diagnostic::error(codes::NO_LAKE, place, message)
                    .hint("`--lake FOLDER` names one; `vedette ingest` makes it"),
            )
        })
    }

    /// Stores changes, and takes note of the command in the ledger. `lost` are the tables whose rows before are gone.
    async fn store(
        &self,
        lake: &Lake,
        changes: Vec<TableChange>,
        command: &str,
        lost: &[&str],
    ) -> Result<Vec<Extent>, Error> {
        let mut writer = lake.writer(&|| (self.waits)()).await.map_err(failed)?;
        self.store_with(&mut writer, changes, command, lost).await
    }

    async fn store_with(
        &self,
        writer: &mut crate::delta::Writer,
        changes: Vec<TableChange>,
        command: &str,
        lost: &[&str],
    ) -> Result<Vec<Extent>, Error> {
        let micros = clock::micros();
        let note = ledger::command_rows(command, lost, clock::ticks_of(micros)).map_err(failed)?;
        writer.change(changes, note, micros).await.map_err(failed)
    }
}

/// Is it a table that vedette keeps for itself?
fn is_kept(name: &str) -> bool {
    name == FILES || name.starts_with('_')
}

/// A finding about the command.
fn wrong(diagnostic: Diagnostic) -> Error {
    Error::Query(vec![diagnostic])
}

/// What is not built, by its name.
fn unbuilt(feature: String, place: Span) -> Error {
    let message = format!("vedette does not run `{feature}` yet");
    wrong(Diagnostic::error(semantics::codes::UNSUPPORTED, place, message).unsupported(feature))
}

/// A table that is not there.
fn not_found(kind: &str, name: &str, place: Span) -> Error {
    wrong(Diagnostic::error(codes::NOT_FOUND, place, format!("entity ID '{name}' of kind '{kind}' was not found")))
}

/// An error of the lake as one of the engine.
fn failed(error: crate::error::Error) -> Error {
    match error {
        crate::error::Error::Engine(error) => error,
        crate::error::Error::Bug(text) => Error::Bug(text),
        other => Error::Environment(other.to_string()),
    }
}

/// Rows of columns in the engine's types.
fn rows<const N: usize>(columns: [(&str, Type, ArrayRef); N]) -> Result<Rows, Error> {
    let told: Vec<Column> = columns.iter().map(|(name, ty, _)| Column::new(*name, *ty)).collect();
    let arrays = columns.into_iter().map(|(_, _, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&told))), arrays)
        .map_err(|error| Error::Bug(error.to_string()))?;
    Ok(Rows { columns: told, batches: vec![batch] })
}
