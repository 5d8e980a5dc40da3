//! Many queries in one go: each line of a file asks, each line of the output answers, in the same order.
//!
//! A query that is refused, fails, breaks the engine or takes too long is an answer too; it never stops the others.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use engine::{Engine, Error, Executor, Request, Rows};
use futures::StreamExt;
use semantics::Schema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use lake::Commands;
use lake::commands::{is_command, is_writing};

use crate::arguments::DataOptions;
use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use crate::panics;
use crate::progress::{Bar, Unit};
use crate::render;
use crate::report::{self, Source};

/// How long after its time a query may take to stop by itself.
const GRACE: Duration = Duration::from_secs(2);

/// One question.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    /// Comes back with the answer, whatever it is.
    #[serde(default)]
    id: Value,
    /// KQL.
    query: String,
    /// What `now()` is for this query alone.
    now: Option<String>,
}

impl Case {
    /// Is it a command that changes a lake?
    pub(crate) fn is_writing(&self) -> bool {
        is_writing(&self.query)
    }
}

/// What is done with each query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Run it.
    Run,
    /// Only tell its columns.
    Bind,
}

/// All that the answers depend on but the queries.
pub(crate) struct Batch {
    /// Who runs them.
    pub(crate) executor: Engine,
    /// Over which tables; others after a command that wrote to their lake.
    pub(crate) tables: RwLock<Commands>,
    /// How they are opened again then.
    pub(crate) reopening: (DataOptions, Console),
    /// `now` and the settings of every request.
    pub(crate) template: Request,
    /// Run or bind.
    pub(crate) work: Work,
    /// How long one query may take.
    pub(crate) timeout: Duration,
    /// How many run at once.
    pub(crate) jobs: usize,
}

/// How the batch went.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    answered: usize,
    unsupported: usize,
    failed: usize,
    elapsed: Duration,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = render::counted(self.answered + self.unsupported + self.failed, "answer");
        let (rows, seconds) = (self.answered, self.elapsed.as_secs_f64());
        write!(
            f,
            "{total}: {rows} with rows, {} not supported yet, {} with an error; {seconds:.1} s",
            self.unsupported, self.failed
        )
    }
}

/// What a query gave.
enum Reply {
    Tables(Vec<Rows>),
    Columns(Schema),
    Error { message: String, code: Option<&'static str>, is_unsupported: bool, findings: Vec<Value> },
}

/// Reads the questions; a line that is none is an error before anything runs.
pub(crate) fn read_cases(path: &Path) -> Result<Vec<Case>, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Environment(format!("cannot read `{name}`: {error}")))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let cases = lines.map(|(index, line)| {
        let wrong =
            |error| Failure::Usage(format!("`{name}` line {}: expected {{\"id\", \"query\"}}: {error}", index + 1));
        serde_json::from_str::<Case>(line).map_err(wrong)
    });
    cases.collect()
}

/// Answers every case, in order, each as soon as those before it are answered.
pub(crate) async fn run(
    batch: &Batch,
    cases: Vec<Case>,
    output: &mut Output,
    console: &Console,
) -> Result<Tally, Failure> {
    let started = Instant::now();
    let bar = Bar::new(console, "queries", cases.len(), Unit::Items);
    let mut tally = Tally::default();
    // What a command writes is there for the queries behind it, and for none before.
    let jobs = if cases.iter().any(Case::is_writing) { 1 } else { batch.jobs };
    let mut replies = futures::stream::iter(cases)
        .map(|case| async move {
            let reply = answer(batch, &case).await;
            (case, reply)
        })
        .buffered(jobs);
    while let Some((case, reply)) = replies.next().await {
        match &reply {
            Reply::Tables(_) | Reply::Columns(_) => tally.answered += 1,
            Reply::Error { is_unsupported: true, .. } => tally.unsupported += 1,
            Reply::Error { is_unsupported: false, .. } => tally.failed += 1,
        }
        write_reply(output, &case.id, &reply)?;
        output.flush()?;
        bar.step();
    }
    bar.clear();
    tally.elapsed = started.elapsed();
    Ok(tally)
}

async fn answer(batch: &Batch, case: &Case) -> Reply {
    let mut request = batch.template.clone();
    request.text.clone_from(&case.query);
    if let Some(text) = &case.now {
        match semantics::time::parse_datetime(text) {
            Some(now) => request.now = now,
            None => return error(format!("`now` is not a datetime: `{text}`"), None, false),
        }
    }
    let (executor, work) = (batch.executor.clone(), batch.work);
    let commands = batch.tables.read().unwrap_or_else(PoisonError::into_inner).clone();
    let (is_command, writes) = (is_command(&case.query), case.is_writing());
    let handle = Handle::current();
    let limit = batch.timeout;
    // Planning is computing, so it has a thread of its own. The inner clock stops a query at its next pause and frees what it holds;
    // the outer one gives up a thread that never pauses.
    let task = spawn_blocking(move || {
        panics::catch(|| match work {
            Work::Run if is_command => match handle.block_on(timeout(limit, commands.run(&request))) {
                Ok(answer) => answer.map(|answer| Reply::Tables(answer.results)),
                Err(_) => Ok(too_late(limit)),
            },
            Work::Run => match handle.block_on(timeout(limit, executor.query(&request, commands.database.clone()))) {
                Ok(answer) => answer.map(|answer| Reply::Tables(answer.results)),
                Err(_) => Ok(too_late(limit)),
            },
            Work::Bind => {
                executor.bind(&request, commands.database.as_ref()).map(|(bound, _)| Reply::Columns(columns(&bound)))
            }
        })
    });
    let done = timeout(limit + GRACE, task).await;
    if writes && work == Work::Run {
        reopen(batch).await;
    }
    match done {
        Ok(Ok(Ok(Ok(reply)))) => reply,
        Ok(Ok(Ok(Err(refused)))) => explain(case, &refused),
        Ok(Ok(Err(panic))) => error(format!("internal error: {panic}"), Some("internal"), false),
        Ok(Err(lost)) => error(format!("internal error: {lost}"), Some("internal"), false),
        Err(_) => too_late(limit),
    }
}

/// Opens the tables again, with what a command wrote. When that fails, queries see them as they were.
async fn reopen(batch: &Batch) {
    let (options, console) = &batch.reopening;
    let content = batch.tables.read().unwrap_or_else(PoisonError::into_inner).content.clone();
    match data::open(options, content, console).await {
        Ok(opened) => {
            let mut tables = batch.tables.write().unwrap_or_else(PoisonError::into_inner);
            tables.database = opened.database;
        }
        Err(failure) => console.warning(&failure.message().unwrap_or_default()),
    }
}

fn too_late(limit: Duration) -> Reply {
    error(format!("gave up after {} s", limit.as_secs()), Some("timeout"), false)
}

fn columns(bound: &semantics::bound::Bound) -> Schema {
    bound.results.first().map(|result| result.schema.clone()).unwrap_or_default()
}

fn explain(case: &Case, refused: &Error) -> Reply {
    let findings = match refused {
        Error::Query(diagnostics) => report::as_values(&Source::new("", case.query.clone()), diagnostics),
        Error::Unsupported(_) | Error::Environment(_) | Error::Bug(_) => vec![],
    };
    let code = match refused {
        Error::Query(diagnostics) => {
            diagnostics.iter().find(|diagnostic| diagnostic.is_error()).map(|first| first.code)
        }
        Error::Unsupported(_) => Some("unsupported"),
        Error::Environment(_) => Some("environment"),
        Error::Bug(_) => Some("internal"),
    };
    Reply::Error { message: refused.to_string(), code, is_unsupported: refused.is_unsupported(), findings }
}

fn error(message: String, code: Option<&'static str>, is_unsupported: bool) -> Reply {
    Reply::Error { message, code, is_unsupported, findings: vec![] }
}

/// The first table in `columns` and `rows`, as most queries have one; any further ones in `more`.
fn write_reply(output: &mut impl Write, id: &Value, reply: &Reply) -> std::io::Result<()> {
    match reply {
        Reply::Tables(tables) => {
            let empty = Rows { columns: vec![], batches: vec![] };
            let (first, more) = tables.split_first().map_or((&empty, &[][..]), |(first, more)| (first, more));
            write!(output, "{{\"id\":{id},")?;
            write_table(output, first)?;
            for (index, table) in more.iter().enumerate() {
                output.write_all(if index == 0 { b",\"more\":[{" } else { b"},{" })?;
                write_table(output, table)?;
            }
            output.write_all(if more.is_empty() { b"}\n" } else { b"}]}\n" })
        }
        Reply::Columns(columns) => {
            write!(output, "{{\"id\":{id},\"columns\":")?;
            render::write_columns(output, columns)?;
            output.write_all(b",\"rows\":[]}\n")
        }
        Reply::Error { message, code, is_unsupported, findings } => {
            let mut object = json!({ "id": id, "error": message, "code": code, "unsupported": is_unsupported });
            if !findings.is_empty() {
                object["findings"] = json!(findings);
            }
            writeln!(output, "{object}")
        }
    }
}

fn write_table(output: &mut impl Write, rows: &Rows) -> std::io::Result<()> {
    output.write_all(b"\"columns\":")?;
    render::write_columns(output, &rows.columns)?;
    output.write_all(b",\"rows\":")?;
    render::write_rows(output, rows, b"")
}
