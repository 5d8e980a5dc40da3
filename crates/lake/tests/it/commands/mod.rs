//! Management commands over a lake. Columns are those of learn.microsoft.com/kusto/management.

mod append;
mod show;
mod tables;

use std::sync::Arc;

use engine::{Engine, Error, Limits, Request};
use lake::{Commands, Content};
use semantics::Value;
use serde_json::Value as Json;
use syntax::Diagnostic;

use crate::answers::to_json;
use crate::ingest::Place;

/// What a command gave: the names of its columns, and its rows.
#[derive(Debug, PartialEq)]
pub(super) struct Given {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Json>,
}

impl Given {
    /// A column's cells.
    pub(super) fn column(&self, name: &str) -> Vec<&Json> {
        let at = self.columns.iter().position(|column| column == name).expect("a column of that name");
        self.rows.iter().map(|row| &row[at]).collect()
    }
}

pub(super) fn commands(place: &Place, database: Arc<lake::Database>, has_lake: bool) -> Commands {
    Commands {
        lake: has_lake.then(|| place.lake()),
        database,
        content: Arc::new(Content::embedded()),
        engine: Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine"),
        waits: Arc::new(|| {}),
    }
}

/// Runs a command over the lake as it is.
pub(super) async fn tried(place: &Place, text: &str) -> Result<Given, Error> {
    let answer = commands(place, place.database().await, true).run(&Request::new(text, 0)).await?;
    let rows = answer.results.last().expect("a table");
    let row = |values: Vec<Value>| Json::Array(values.into_iter().map(to_json).collect());
    Ok(Given {
        columns: rows.columns.iter().map(|column| column.name.clone()).collect(),
        rows: rows.iter().map(row).collect(),
    })
}

pub(super) async fn run(place: &Place, text: &str) -> Given {
    tried(place, text).await.expect(text)
}

/// What is wrong with the text, if that is what is wrong.
fn findings(error: Error) -> Vec<Diagnostic> {
    match error {
        Error::Query(found) => found,
        _ => vec![],
    }
}

/// The code of what is wrong with a command, and the words that it is about.
pub(super) async fn refused(place: &Place, text: &str) -> (String, String) {
    let found = findings(tried(place, text).await.expect_err(text));
    (found[0].code.to_owned(), found[0].span.text(text).to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_built_is_refused_by_name() {
    let place = Place::new();
    for (text, name) in [
        (".show extents", ".show extents"),
        (".show tables foo", ".show tables foo"),
        (".rename table A to B", ".rename"),
        (".create function f() { 1 }", ".create function f ( ) { 1 }"),
        (".set async T <| print 1", ".set async T"),
    ] {
        let found = findings(tried(&place, text).await.expect_err(text));
        let words = |text: &str| {
            text.split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(found[0].unsupported.as_deref().map(words), Some(words(name)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_without_a_lake() {
    let place = Place::new();
    let database = place.database().await;
    for text in [".create table T (a: long)", ".drop table T", ".set T <| print 1", ".ingest inline into table T <| 1"]
    {
        let run = commands(&place, database.clone(), false);
        let found = findings(run.run(&Request::new(text, 0)).await.expect_err(text));
        assert!(found[0].code == "VD4001" && found[0].hints[0].contains("--lake"), "{text}: {found:?}");
    }
}
