//! What a query does to its rows, stage by stage, and why rows did not come through.
//!
//! In: a request and a database. Out: the stages of the bound query as a tree, the columns of each and what storage is asked for; and, when
//! the data is asked as well, how many rows each stage gave, the rows that came nearest to passing a `where`, and what became of rows that are
//! followed. A count is that of the query cut off behind the stage. Knows nothing of how it is shown; time comes from whoever asks.

mod carry;
mod conditions;
mod follow;
mod make;
mod misses;
mod names;
mod plugins;
mod pushed;
mod row_stages;
#[cfg(test)]
mod tests;
mod unmet;
mod walk;
mod words;

use std::sync::Arc;
use std::time::Duration;

use semantics::{Schema, Step, Value};
use syntax::{Diagnostic, Span};

use crate::database::Database;
use crate::error::{Error, Result};
use crate::questions::Answers;
use crate::session::{Engine, Request, catalog, parse, settled};
use walk::Walk;

pub use pushed::{Plan, Scanned};

/// What is to be explained.
#[derive(Clone)]
pub struct Wanted {
    /// Run the stages over the data; without it only what is known before.
    pub runs: bool,
    /// When the nearest misses are told.
    pub misses: Misses,
    /// How many of a stage.
    pub misses_max: usize,
    /// A predicate over the first stage's table: the rows to follow.
    pub why: Option<String>,
    /// The time since some moment, for how long a stage takes; the engine has no clock of its own.
    pub clock: fn() -> Duration,
    /// What storage counts of what is read of it, by its own names.
    pub storage: Option<Storage>,
    /// Is told how many stages are explained, of how many.
    pub progress: Option<Progress>,
}

/// Hears of stages: how many are explained, and how many there are.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Says what storage has counted so far.
pub type Storage = Arc<dyn Fn() -> Vec<(&'static str, u64)> + Send + Sync>;

/// When the nearest misses of a stage are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misses {
    /// When it drops all rows, or some and nothing comes out at the end.
    WhenEmpty,
    /// Whenever it drops some.
    Always,
    /// Never.
    Never,
}

/// An explained query.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Tables that are evaluated once, before the rest: `materialize`, `as`.
    pub shared: Vec<Branch>,
    /// The results, each with its stages.
    pub results: Vec<Branch>,
    /// What storage is asked for, and the plan; one for each result.
    pub plans: Vec<Plan>,
    /// What became of the rows that were followed.
    pub followed: Option<Followed>,
    /// Warnings and notes of the query.
    pub diagnostics: Vec<Diagnostic>,
}

/// A pipe: its stages from the source on.
#[derive(Debug, Clone)]
pub struct Branch {
    /// What it is to the stage that reads it: `right side`, `leg 2`, `toscalar` …
    pub role: String,
    /// Its stages.
    pub stages: Vec<Stage>,
}

/// A stage of a pipe.
#[derive(Debug, Clone)]
pub struct Stage {
    /// A number of its own in this explanation.
    pub id: usize,
    /// The operator's word, or `table` for a source.
    pub operator: String,
    /// Its text in one line; what it was bound to when the text lies in a stored function.
    pub text: String,
    /// Its place in the query's text; none for what a stored function brought in.
    pub span: Option<Span>,
    /// The columns that it gives.
    pub columns: Schema,
    /// How many rows it gives.
    pub rows: Option<u64>,
    /// How long it took; none when it was counted together with a later stage, or not run.
    pub time: Option<Duration>,
    /// How many of its rows are, or hold, followed ones.
    pub followed: Option<u64>,
    /// Other tables that it reads.
    pub inputs: Vec<Branch>,
    /// What there is to say about it: that it cannot be looked into, that two sides do not meet.
    pub notes: Vec<String>,
    /// The rows that it dropped and that came nearest to passing.
    pub misses: Vec<Miss>,
    /// The same, of the followed rows only.
    pub followed_misses: Vec<Miss>,
}

/// Rows that a stage dropped and that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// The columns that tell the row, with their values.
    pub identity: Vec<(String, Value)>,
    /// How many rows are alike.
    pub rows: u64,
    /// The conditions that stopped it, in the order of the query.
    pub stopped: Vec<Stopped>,
}

/// A condition that was not true of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// Its text.
    pub condition: String,
    /// Its place.
    pub span: Span,
    /// Does it belong to a later stage, which would have stopped the row next?
    pub is_later: bool,
    /// Would one of the comparisons be enough?
    pub is_any: bool,
    /// The comparisons that were not true.
    pub found: Vec<Found>,
}

/// A comparison that was not true of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its text.
    pub condition: String,
    /// What it looked at, and the value there.
    pub values: Vec<(String, Value)>,
    /// What the value was compared with.
    pub test: Test,
}

/// What a value was compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A number, datetime or timespan.
    Compare {
        /// `>=` and so on.
        operator: &'static str,
        /// The other side.
        threshold: Value,
    },
    /// `between`.
    Between {
        /// The lower end.
        low: Value,
        /// The upper end.
        high: Value,
    },
    /// Something without a distance.
    Other,
}

/// What became of rows that were followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The table that they are rows of.
    pub table: String,
    /// How many there were.
    pub rows: u64,
    /// How it ended.
    pub end: End,
}

/// How the way of followed rows ended.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// None was there to follow.
    NotThere,
    /// This many rows of the result are, or hold, some of them.
    CameOut(u64),
    /// The stage of that number dropped the last of them.
    DroppedAt(usize),
    /// What the stage of that number makes of rows does not tell from which it made them.
    LostAt(usize),
}

impl Engine {
    /// Explains a query, running it stage by stage when that is wanted.
    ///
    /// # Errors
    /// See [`Error`]; a predicate that does not bind is told as a query of its own.
    pub async fn explain(
        &self,
        request: &Request,
        database: Arc<dyn Database>,
        wanted: &Wanted,
    ) -> Result<Explanation> {
        let within = |error: Error| error.within(&request.text);
        let parsed = parse(request)?;
        let database = database.as_ref();
        let catalog = catalog(request, database);
        let mut answers = Answers::new(self);
        let mut questions = vec![];
        let (bound, mut diagnostics) = match wanted.runs {
            false => self.bind(request, database)?,
            true => loop {
                match semantics::bind_with(&parsed.query, &catalog, answers.schemas()) {
                    Step::Done(bound, diagnostics) => break settled(bound, diagnostics, parsed.errors, &catalog)?,
                    Step::Asks(question) => {
                        questions.push((*question).clone());
                        answers.answer(self, *question, request.now, database).await.map_err(within)?;
                    }
                }
            },
        };
        let asked = plugins::with_questions(bound.clone(), questions);
        let follow = match &wanted.why {
            Some(why) => Some(follow::Follow::bind(self, request, database, &asked, why)?),
            None => None,
        };
        let mut walk = Walk::begin(self, request, database, &mut answers, wanted, follow).await.map_err(within)?;
        let mut explanation = walk.explain(asked, bound.results).await.map_err(within)?;
        drop(walk);
        diagnostics.append(&mut answers.findings);
        explanation.diagnostics = diagnostics;
        Ok(explanation)
    }
}
