//! A query asked of one set of tables at one moment, and, when it finds nothing, the stage at which the last row was lost.
//!
//! In: text of a query. Out: its rows; or the first stage of its pipe that lets nothing pass, with what the rows before it held in the columns that
//! the stage asks about. The stages are those of the tree, run as they are written: nothing is guessed from the text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use detect::{Table, cell};
use engine::{Database, Engine, Executor, Request};
use semantics::{StoredFunction, Value};
use syntax::ast::{ExprKind, Query, StatementKind};
use syntax::{Span, TokenKind};

/// Tables to ask.
pub(crate) struct Probe {
    pub(crate) engine: Engine,
    pub(crate) database: Arc<dyn Database>,
    /// Ticks.
    pub(crate) now: i64,
    pub(crate) functions: Arc<BTreeMap<String, StoredFunction>>,
}

/// Where a query loses its last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loss {
    /// The stage, on one line; the table when nothing is in it.
    pub(crate) stage: String,
    /// How many rows came to it; [`ROWS_MAX`] stands for that many or more.
    pub(crate) before: usize,
    /// What they held: `RemoteIPType was Loopback`.
    pub(crate) held: String,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.before == 0 {
            return write!(f, "no row in `{}`", self.stage);
        }
        let more = if self.before == ROWS_MAX { " or more" } else { "" };
        let rows = if self.before == 1 { "row" } else { "rows" };
        write!(f, "none of {}{more} {rows} passes `{}`", self.before, self.stage)?;
        if self.held.is_empty() { Ok(()) } else { write!(f, ": {}", self.held) }
    }
}

/// Rows of a stage that are looked at: enough to tell what they hold.
const ROWS_MAX: usize = 1_000;

/// Values named for one column.
const VALUES_MAX: usize = 3;

/// Characters of a value that are shown.
const VALUE_CHARS_MAX: usize = 50;

/// Characters of a stage that are shown.
const STAGE_CHARS_MAX: usize = 90;

impl Probe {
    /// The rows of a query.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn rows(&self, query: &str) -> Result<Table, engine::Error> {
        let request = Request { functions: Arc::clone(&self.functions), ..Request::new(query.to_owned(), self.now) };
        let answer = self.engine.query(&request, Arc::clone(&self.database)).await?;
        let Some(rows) = answer.results.into_iter().next() else { return Ok(Table::default()) };
        Ok(Table { rows: rows.iter().collect(), columns: rows.columns })
    }

    /// The stage that loses the last row; none when the query finds something, or is no pipe.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn loss(&self, query: &str) -> Result<Option<Loss>, engine::Error> {
        let mut before: Option<Table> = None;
        for stage in stages(query) {
            let rows = self.rows(&format!("{}\n| take {ROWS_MAX}", stage.query)).await?;
            if rows.rows.is_empty() {
                let held = before.as_ref().map(|before| held(before, stage.text)).unwrap_or_default();
                let count = before.map_or(0, |before| before.rows.len());
                return Ok(Some(Loss { stage: one_line(stage.text), before: count, held }));
            }
            before = Some(rows);
        }
        Ok(None)
    }
}

/// A stage of a pipe.
struct Stage<'q> {
    /// The stage itself.
    text: &'q str,
    /// The query up to its end.
    query: &'q str,
}

/// The stages of the pipe that a query ends with, from its source on.
fn stages(text: &str) -> Vec<Stage<'_>> {
    let Query { statements } = syntax::parse(text).query;
    let Some(StatementKind::Expression(expr)) = statements.into_iter().next_back().map(|statement| statement.kind)
    else {
        return vec![];
    };
    let ExprKind::Pipe { source, operators } = expr.kind else {
        return vec![Stage { text: expr.span.text(text), query: text }];
    };
    let spans = source.map(|source| source.span).into_iter().chain(operators.iter().map(|operator| operator.span));
    let stage = |span: Span| Stage { text: span.text(text), query: Span::new(0, span.end).text(text) };
    spans.map(stage).collect()
}

/// What the rows held in the columns that the stage names.
fn held(before: &Table, stage: &str) -> String {
    let words: Vec<&str> = syntax::parse(stage)
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.span.text(stage))
        .collect();
    let mut told = vec![];
    for (at, column) in before.columns.iter().enumerate() {
        if !words.contains(&column.name.as_str()) || matches!(column.ty, semantics::Type::Dynamic) {
            continue;
        }
        let value = |row: &Vec<Value>| row.get(at).map(cell::text).unwrap_or_default();
        // Sorted, so that the same rows in another order are told alike.
        let values: BTreeSet<String> = before.rows.iter().map(value).collect();
        let more = if values.len() > VALUES_MAX { ", …" } else { "" };
        let values: Vec<String> = values.into_iter().take(VALUES_MAX).map(|value| shown(&value)).collect();
        told.push(format!("{} was {}{more}", column.name, values.join(", ")));
    }
    told.join("; ")
}

/// A value in few characters.
fn shown(value: &str) -> String {
    if value.is_empty() { "empty".to_owned() } else { shortened(value, VALUE_CHARS_MAX) }
}

fn one_line(text: &str) -> String {
    shortened(text, STAGE_CHARS_MAX)
}

fn shortened(text: &str, chars_max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_are_those_of_the_last_pipe() {
        let text = "let n = 2;\nlet T = datatable(a:long)[1] | where a > 0;\nT\n| where a > n // why\n| extend b = a";
        let texts: Vec<&str> = stages(text).iter().map(|stage| stage.text).collect();
        assert_eq!(texts, ["T", "where a > n", "extend b = a"]);
        assert!(stages(text)[1].query.ends_with("where a > n"));
        assert_eq!(stages("print").len(), 1);
        assert_eq!(stages("").len(), 0);
    }

    #[test]
    fn a_loss_says_what_the_rows_held() {
        let loss = |before, held: &str| Loss { stage: "where a > 2".into(), before, held: held.into() }.to_string();
        assert_eq!(loss(0, ""), "no row in `where a > 2`");
        assert_eq!(loss(1, "a was 1"), "none of 1 row passes `where a > 2`: a was 1");
        assert_eq!(loss(ROWS_MAX, ""), "none of 1000 or more rows passes `where a > 2`");
        assert_eq!(one_line("where\n   a"), "where a");
        assert_eq!(one_line(&"é".repeat(100)).chars().count(), STAGE_CHARS_MAX + 1);
    }
}
