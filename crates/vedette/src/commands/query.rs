//! `vedette query`: one query, or a batch of them, over files.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use clap::Args;
use engine::{Answer, Executor, Request};
use lake::Lake;
use lake::commands::{is_command, is_writing};
use semantics::Schema;
use tokio::time::timeout;

use crate::arguments::{DataOptions, OutputOptions, named_value};
use crate::batch::{self, Batch, Work};
use crate::console::Console;
use crate::data::{self, Data};
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table};
use crate::report::{self, Source};

/// Runs a KQL query over files
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct QueryArguments {
    /// The query; - reads it from stdin
    #[arg(conflicts_with_all = ["file", "batch"])]
    kql: Option<String>,
    /// Reads the query from a file
    #[arg(short, long, value_name = "FILE", conflicts_with = "batch")]
    file: Option<PathBuf>,
    /// Checks the query against the tables without running it
    #[arg(long)]
    check: bool,
    /// The value of a parameter that the query declares with `declare query_parameters` (may be repeated)
    #[arg(long, value_parser = named_value, value_name = "NAME=VALUE")]
    param: Vec<(String, String)>,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
    #[command(flatten)]
    batch: BatchOptions,
}

/// Many queries in one go.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Batch")]
pub(crate) struct BatchOptions {
    /// Runs each line of a file, {"id":…,"query":…}, and answers each with one line:
    /// {"id","columns","rows"} with values as in a Kusto v2 response, or {"id","error","code","unsupported","findings"}
    #[arg(long, value_name = "CASES.jsonl")]
    batch: Option<PathBuf>,
    /// Where the answers go, in the order of the cases; stdout without it
    #[arg(long, value_name = "OUT.jsonl", requires = "batch")]
    results: Option<PathBuf>,
    /// Gives up a query after so many seconds; without it, one of a batch after 60, and one alone never
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// How many queries of the batch run at once; without it, one per core
    #[arg(long, value_name = "COUNT", requires = "batch")]
    jobs: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  vedette query 'print 1 + 1'
  vedette query 'SecurityEvent | summarize count() by EventID | top 5 by count_' --data Security.evtx
  vedette query -f hunt.kql --data logs/ --now 2024-05-01 --format csv -o hits.csv
  vedette query 'declare query_parameters(n: long); print n + 1' --param n=41
  vedette query 'people | where age > 30' --table people=people.csv
  cat hunt.kql | vedette query - --data conn.log.gz --format ndjson | jq .RemoteIP
  vedette query '.show tables' --lake lake
  vedette query '.set-or-append Beacons <| DeviceNetworkEvents | summarize count() by RemoteIP' --lake lake
  vedette query --batch cases.jsonl --results answers.jsonl --data logs/";

/// Runs the command.
pub(crate) async fn run(arguments: QueryArguments, console: &Console) -> Result<(), Failure> {
    match arguments.batch.batch.clone() {
        Some(cases) => run_batch(arguments, cases, console).await,
        None => run_one(arguments, console).await,
    }
}

async fn run_one(arguments: QueryArguments, console: &Console) -> Result<(), Failure> {
    let source = source(&arguments)?;
    report::check_syntax(console, &source)?;
    let engine = executor::engine(&arguments.data.limits)?;
    make_lake(&arguments, is_writing(&source.text))?;
    let content = data::content(&arguments.data)?;
    let data = data::open(&arguments.data, content.clone(), console).await?;
    let request = request(&source.text, &data, &arguments);
    let is_command = is_command(&source.text);
    if arguments.check && is_command {
        console.note("a command; only its syntax was checked");
        return Ok(());
    }
    if arguments.check {
        let bound = engine.bind(&request, data.database.as_ref());
        let (bound, diagnostics) = bound.map_err(|error| report::refusal(console, &source, &error))?;
        report::print(console, &source, &diagnostics);
        bound.results.iter().for_each(|result| console.note(&gives(&result.schema)));
        return Ok(());
    }
    let commands = data.commands(&engine, &content, console);
    let answer = async {
        match is_command {
            true => commands.run(&request).await,
            false => engine.query(&request, Arc::clone(&data.database)).await,
        }
    };
    let answer = match arguments.batch.timeout {
        None => answer.await,
        Some(seconds) => timeout(Duration::from_secs(seconds), answer).await.map_err(|_| {
            Failure::Environment(format!("gave up after {seconds} s, which is the limit (`--timeout`)"))
        })?,
    };
    let Answer { results, diagnostics, .. } = answer.map_err(|error| report::refusal(console, &source, &error))?;
    report::print(console, &source, &diagnostics);
    let tables: Vec<Table> = render::result_tables(results);
    let mut output = Output::open(arguments.output.output.as_deref())?;
    render::write(&mut output, arguments.output.format(), &tables)?;
    output.finish()?;
    console.note(&render::row_counts(&tables));
    data.tell_scanned(console);
    Ok(())
}

async fn run_batch(arguments: QueryArguments, cases: PathBuf, console: &Console) -> Result<(), Failure> {
    let cases = batch::read_cases(&cases)?;
    let engine = executor::engine(&arguments.data.limits)?;
    make_lake(&arguments, cases.iter().any(batch::Case::is_writing))?;
    let content = data::content(&arguments.data)?;
    let data = data::open(&arguments.data, content.clone(), console).await?;
    let template = request("", &data, &arguments);
    let batch = Batch {
        tables: RwLock::new(data.commands(&engine, &content, console)),
        executor: engine,
        reopening: (arguments.data.clone(), Console { quiet: true, ..console.clone() }),
        template,
        work: if arguments.check { Work::Bind } else { Work::Run },
        timeout: Duration::from_secs(arguments.batch.timeout.unwrap_or(60)),
        jobs: arguments
            .batch
            .jobs
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .max(1),
    };
    let mut output = Output::open(arguments.batch.results.as_deref().or(arguments.output.output.as_deref()))?;
    let tally = batch::run(&batch, cases, &mut output, console).await?;
    output.finish()?;
    console.note(&tally.to_string());
    Ok(())
}

/// Makes the folder of a lake that a command is to write to, as an ingestion does.
fn make_lake(arguments: &QueryArguments, is_writing: bool) -> Result<(), Failure> {
    if let Some(lake) = arguments.data.lake.as_deref().filter(|_| is_writing && !arguments.check) {
        Lake::open_or_create(lake).map_err(data::failure)?;
    }
    Ok(())
}

fn request(text: &str, data: &Data, arguments: &QueryArguments) -> Request {
    let mut request = Request::new(text, data.now);
    request.strict_schema = arguments.data.strict_schema;
    request.parameters = arguments.param.iter().cloned().collect();
    request
}

/// `gives Name: string, Age: long`.
fn gives(columns: &Schema) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("{}: {}", column.name, column.ty)).collect();
    format!("gives {}", render::spell_controls(&columns.join(", ")))
}

/// The text of the query and what to call it.
fn source(arguments: &QueryArguments) -> Result<Source, Failure> {
    match (&arguments.kql, &arguments.file) {
        (_, Some(path)) => Source::from_file(path),
        (Some(kql), None) if kql != "-" => Ok(Source::new("<query>", kql.clone())),
        (Some(_), None) => Source::from_stdin(),
        (None, None) if stdin().is_terminal() || !arguments.data.data.is_empty() => {
            Err(Failure::Usage(missing(arguments)))
        }
        (None, None) => Source::from_stdin(),
    }
}

/// `--data` takes every word after it, the query too: the most common way to end up without one.
fn missing(arguments: &QueryArguments) -> String {
    let last = arguments.data.data.last().filter(|path| !path.exists());
    match last {
        Some(path) => format!(
            "no query: `{}` was taken as a path of --data; give the query before --data, with -f FILE, or as - for stdin",
            path.display()
        ),
        None => "no query: give it as an argument, with -f FILE, or as - for stdin".to_owned(),
    }
}
