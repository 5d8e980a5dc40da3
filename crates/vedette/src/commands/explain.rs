//! `vedette explain`: what a query does to its rows, stage by stage, and why rows did not come through.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use detect::test::{Opened, open};
use detect::{Case, Detection};
use engine::explain::{Explanation, Misses, Progress, Storage, Wanted};
use engine::{Database, Engine, Request};
use lake::{Content, Watchlist};
use tokio::time::timeout;

use super::detect::load_packs;
use super::test::unreadable;
use crate::arguments::{DataOptions, named_value};
use crate::console::{self, Console};
use crate::data::{self, Data};
use crate::executor;
use crate::explain::text::Shows;
use crate::explain::{self, Explained};
use crate::failure::Failure;
use crate::output::Output;
use crate::panics;
use crate::progress::{Bar, Unit};
use crate::report::{self, Source};

/// Explains a query or rule: its stages, their rows, and what came nearest to passing
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExplainArguments {
    /// A query, a file with one, a rule (Sentinel's YAML), or a pack or one detection of it (PACK/DETECTION); - reads a query from stdin
    #[arg(value_name = "QUERY|FILE|RULE|PACK")]
    what: String,
    /// Follows the rows of the first table for which this is true, and names the stage that dropped them
    #[arg(long, value_name = "PREDICATE")]
    why: Option<String>,
    /// How many of the rows that came nearest to passing are told of a stage; given, they are told of every stage that drops rows,
    /// else of those that drop all, and of all when nothing comes out at the end. 0 tells none
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_missing_value = "5")]
    misses: Option<usize>,
    /// Shows every column of every stage with its type, instead of those that are new
    #[arg(long)]
    columns: bool,
    /// Shows the plan by which the rows are read, too
    #[arg(long)]
    plan: bool,
    /// Runs a detection over the events of one of its test cases, as of the moment that the case names
    #[arg(long, value_name = "CASE", conflicts_with_all = ["data", "lake", "table"])]
    case: Option<String>,
    /// The value of a parameter that the query declares with `declare query_parameters` (may be repeated)
    #[arg(long, value_parser = named_value, value_name = "NAME=VALUE")]
    param: Vec<(String, String)>,
    /// Gives up after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// How the explanation is written
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    /// Writes to a file, which appears when it is complete; - is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draws the stages and their rows as SVG, too
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    data: DataOptions,
}

/// How an explanation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For reading
    #[default]
    Text,
    /// {"explained":[{"name","now","results":[{"role","stages":[{"text","rows","misses",…}]}],"plans","followed"}]}
    Json,
}

const EXAMPLES: &str = "\
Without data the stages, their columns and their types are shown; with data the rows of each as well.

Examples:
  vedette explain 'DeviceNetworkEvents | where RemotePort == 4444 | summarize count() by DeviceName'
  vedette explain hunt.kql --data logs/
  vedette explain rule.yaml --lake lake --why 'DeviceName == \"ws-17.corp.example\"'
  vedette explain t1583.004/server-beacon --case miss-nine-connections
  vedette explain hunt.kql --data logs/ --misses 10 --svg hunt.svg
  vedette explain hunt.kql --data logs/ --format json | jq '.explained[0].results[0].stages[] | {text, rows}'";

/// How many of the nearest misses are told of a stage.
const MISSES_DEFAULT: usize = 5;
/// More of them than anybody reads.
const MISSES_MAX: usize = 1_000;

/// Something to explain.
struct Subject {
    source: Source,
    name: String,
    request: Request,
    cases: Vec<Case>,
}

/// What was named: queries, and the watchlists beside them.
struct Subjects {
    all: Vec<Subject>,
    watchlists: Vec<Watchlist>,
    worst: Option<Failure>,
}

/// Runs the command.
pub(crate) async fn run(arguments: ExplainArguments, console: &Console) -> Result<(), Failure> {
    let engine = executor::engine(&arguments.data.limits)?;
    let content = data::content(&arguments.data)?;
    let Subjects { mut all, watchlists, mut worst } = subjects(&arguments, &content, console)?;
    for subject in &mut all {
        report::check_syntax(console, &subject.source)?;
        subject.request.strict_schema = arguments.data.strict_schema;
        subject.request.parameters = arguments.param.iter().cloned().collect();
    }
    let opened = match arguments.case {
        Some(_) => None,
        None => Some(data::open_with(&arguments.data, Arc::clone(&content), watchlists.clone(), console).await?),
    };
    let mut explained = vec![];
    for mut subject in all {
        let one = opened.as_ref();
        let (database, files): (Arc<dyn Database>, Option<Opened>) = match one {
            Some(data) => {
                subject.request.now = data.now;
                (Arc::clone(&data.database), None)
            }
            None => {
                let case = case(&subject, arguments.case.as_deref().unwrap_or_default())?;
                let (now, file) = (case.now, case.file.clone());
                let opened = open(case, Arc::clone(&content), &watchlists).await;
                let opened = opened.map_err(|error| unreadable(case, error))?;
                if let Some(unread) = opened.unread() {
                    return Err(Failure::Environment(format!("{file}: {unread}")));
                }
                subject.request.now = now;
                (opened.database(), Some(opened))
            }
        };
        let storage = one.and_then(Data::storage);
        match explain_one(&engine, &subject, (database, storage), &arguments, console).await? {
            Ok(explanation) => {
                report::print(console, &subject.source, &explanation.diagnostics);
                explained.push(Explained {
                    name: subject.name,
                    text: subject.source.text,
                    now: subject.request.now,
                    why: arguments.why.clone(),
                    explanation,
                });
            }
            Err(failure) => drop(worst.get_or_insert(failure)),
        }
        drop(files);
    }
    write(&arguments, &explained)?;
    worst.map_or(Ok(()), Err)
}

/// Explains a query; the inner failure is its own and was said.
async fn explain_one(
    engine: &Engine,
    subject: &Subject,
    (database, storage): (Arc<dyn Database>, Option<Storage>),
    arguments: &ExplainArguments,
    console: &Console,
) -> Result<Result<Explanation, Failure>, Failure> {
    let has_data = arguments.case.is_some() || arguments.data.names_data();
    let runs = match has_data {
        true => true,
        false => match engine.bind(&subject.request, database.as_ref()) {
            Ok((bound, _)) => !bound.reads_tables(),
            Err(error) => return Ok(Err(refused(subject, &error, console))),
        },
    };
    if !runs && arguments.why.is_some() {
        return Err(Failure::Usage("--why follows rows, so it needs --data, --lake or --case".to_owned()));
    }
    let misses = match arguments.misses {
        None => Misses::WhenEmpty,
        Some(0) => Misses::Never,
        Some(_) => Misses::Always,
    };
    let misses_max = arguments.misses.unwrap_or(MISSES_DEFAULT).min(MISSES_MAX);
    let bar = Arc::new(Bar::new(console, "explaining", 0, Unit::Items));
    let watched = Arc::clone(&bar);
    let progress: Progress = Arc::new(move |done, all| watched.reach(done, all));
    let wanted =
        Wanted { runs, misses, misses_max, why: arguments.why.clone(), clock, storage, progress: Some(progress) };
    let work = panics::catch_in(engine.explain(&subject.request, database, &wanted));
    let ended = match arguments.timeout {
        None => Ok(work.await),
        Some(seconds) => timeout(Duration::from_secs(seconds), work)
            .await
            .map_err(|_| Failure::Environment(format!("gave up after {seconds} s, which is the limit (`--timeout`)"))),
    };
    bar.clear();
    let ended = ended?;
    let ended = ended.unwrap_or_else(|panic| Err(engine::Error::Bug(panic)));
    Ok(ended.map_err(|error| refused(subject, &error, console)))
}

/// Says why a query cannot be explained; what is left of it is the exit code.
fn refused(subject: &Subject, error: &engine::Error, console: &Console) -> Failure {
    let failure = report::refusal(console, &subject.source, error);
    if let Some(message) = failure.message() {
        console.error(&format!("`{}`: {message}", subject.name));
    }
    failure.said()
}

/// The time since this was first asked.
fn clock() -> Duration {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}

fn write(arguments: &ExplainArguments, explained: &[Explained]) -> Result<(), Failure> {
    if let Some(path) = &arguments.svg {
        let mut output = Output::open(Some(path))?;
        explain::svg::write(&mut output, explained)?;
        output.finish()?;
    }
    let mut output = Output::open(arguments.output.as_deref())?;
    match arguments.format {
        Form::Text => {
            let is_stdout = matches!(output, Output::Stdout(_));
            let width = if is_stdout { console::stdout_width() } else { None };
            let shows = Shows { plan: arguments.plan, columns: arguments.columns };
            explain::text::write(&mut output, explained, width, shows)?;
        }
        Form::Json => explain::json::write(&mut output, explained)?,
    }
    output.finish()
}

/// What to explain.
fn subjects(arguments: &ExplainArguments, content: &Content, console: &Console) -> Result<Subjects, Failure> {
    let what = arguments.what.as_str();
    let path = Path::new(what);
    let is_rule = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let is_file = path.is_file();
    if what == "-" || (is_file && !is_rule) {
        let source = if what == "-" { Source::from_stdin()? } else { Source::from_file(path)? };
        return Ok(Subjects { all: vec![query(source)], watchlists: vec![], worst: None });
    }
    let packs = content.names("packs");
    let (pack, detection) = match what.split_once('/') {
        Some((pack, detection)) if !path.exists() => (pack, Some(detection)),
        _ => (what, None),
    };
    let is_pack = path.exists() || packs.iter().any(|known| known.eq_ignore_ascii_case(pack));
    if !is_pack && !is_rule {
        return Ok(Subjects {
            all: vec![query(Source::new("<query>", what.to_owned()))],
            watchlists: vec![],
            worst: None,
        });
    }
    let loaded = load_packs(&[pack.to_owned()], content, console)?;
    let names: Vec<String> = loaded.detections.iter().map(|found| folder(&found.rule.file).to_owned()).collect();
    let wanted = |found: &Detection| detection.is_none_or(|name| folder(&found.rule.file).eq_ignore_ascii_case(name));
    let all: Vec<Subject> = loaded.detections.into_iter().filter(wanted).map(rule).collect();
    match (all.is_empty(), detection) {
        (true, Some(name)) => {
            let known = names.join(", ");
            Err(Failure::Usage(format!("`{pack}` has no detection `{name}`; it has {known}")))
        }
        _ => Ok(Subjects { all, watchlists: loaded.watchlists, worst: loaded.worst }),
    }
}

fn query(source: Source) -> Subject {
    let request = Request::new(source.text.clone(), 0);
    Subject { name: source.name.clone(), source, request, cases: vec![] }
}

fn rule(detection: Detection) -> Subject {
    let rule = detection.rule;
    let source = Source::new(format!("{} (query)", rule.file), rule.query.clone());
    let request = Request { functions: Arc::clone(&rule.functions), ..Request::new(rule.query.clone(), 0) };
    Subject { name: format!("{} ({})", rule.name, rule.file), source, request, cases: detection.cases }
}

/// The case of that name.
fn case<'s>(subject: &'s Subject, name: &str) -> Result<&'s Case, Failure> {
    subject.cases.iter().find(|case| folder(&case.file) == name).ok_or_else(|| {
        let known: Vec<&str> = subject.cases.iter().map(|case| folder(&case.file)).collect();
        let known = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        Failure::Usage(format!("`{}` has no case `{name}`; {known}", subject.name))
    })
}

/// The folder that a file lies in.
fn folder(file: &str) -> &str {
    let folder = Path::new(file).parent().and_then(Path::file_name).and_then(|name| name.to_str());
    folder.unwrap_or(file)
}
