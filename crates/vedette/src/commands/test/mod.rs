//! `vedette test`: the events beside a rule → does it find what it must, and nothing else? And would anybody notice if it were another rule?
//!
//! Each case is a database of its own, queried at the moment that the case names: a proof depends on nothing but its folder.

mod mutation;
mod report;
mod watch;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use detect::run::SchemaMode;
use detect::test::Opened;
use detect::{Case, Detection};
use engine::Engine;
use lake::{Content, Watchlist};

use super::detect::{load_packs, refused};
use crate::arguments::LimitOptions;
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::panics;
use crate::render::{counted, spell_controls};
use report::{Suite, Tested, Totals};

/// Proves that rules detect: replays the events beside them and compares what they find
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArguments {
    /// Rules with cases beside them: a file, a folder, or the name of a pack that comes with vedette; all its packs when nothing is named
    #[arg(value_name = "RULE|PACK")]
    rules: Vec<String>,
    /// Only detections and cases whose name, or whose folder, holds this text (whatever its case)
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Also tries each detection with one condition left out, or one threshold moved by a step: some case must notice
    #[arg(long)]
    mutate: bool,
    /// Tests again whenever a file of the named rules changes, until it is interrupted
    #[arg(long, requires = "rules")]
    watch: bool,
    /// What to write: text for people, JUnit's XML, or JSON
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Writes JUnit or JSON to a file, and the text to stdout beside it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Refuses column names that published queries use though Microsoft's tables do not have them
    #[arg(long)]
    strict_schema: bool,
    /// Tables, sources, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each, which queries call by name (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    functions: Vec<PathBuf>,
}

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ReportFormat {
    /// A line per case
    #[default]
    Text,
    /// testsuites / testsuite / testcase, as CI systems read it
    Junit,
    /// {"detections":[{"name":…,"cases":[…],"mutation":…}],"totals":…}
    Json,
}

const EXAMPLES: &str = "\
A case is a folder tests/<case>/ beside the rule: case.yaml (name, shows, now, alerts: the rows to find, [] for a near miss;
entities: what the alerts are about) and files of events. A detection needs a case that fires and a near miss.

With --mutate, a mutant that no case notices is a survivor: a case is missing, or the condition says nothing. One that means the same as
the rule is explained in tests/survivors.yaml (text, becomes, reason).

Exit code 1: a case found something else, a detection has no proof, or a mutant survived unexplained.

Examples:
  vedette test
  vedette test t1583.004 --mutate
  vedette test detections/odd-port/rule.yaml --watch
  vedette test packs/ --format junit --output report.xml";

/// Runs the command.
pub(crate) async fn run(arguments: TestArguments, console: &Console) -> Result<(), Failure> {
    if !arguments.watch {
        return once(&arguments, console).await;
    }
    let mut seen = watch::look(&arguments.rules)?;
    console.note("watching; Ctrl-C ends it");
    loop {
        if let Err(failure) = once(&arguments, console).await {
            console.failure(&failure);
        }
        tokio::select! {
            changed = watch::change(&arguments.rules, seen) => seen = changed?,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        console.note("something changed; testing again");
    }
}

/// What every case of a run is tested with.
struct Bench {
    engine: Arc<Engine>,
    content: Arc<Content>,
    watchlists: Vec<Watchlist>,
    mode: SchemaMode,
}

/// Tests everything that is named, once.
async fn once(arguments: &TestArguments, console: &Console) -> Result<(), Failure> {
    let started = Instant::now();
    let content = data::content_of(arguments.content.as_deref(), &arguments.functions)?;
    let names = match arguments.rules.is_empty() {
        true => content.names("packs").into_iter().collect(),
        false => arguments.rules.clone(),
    };
    let packs = load_packs(&names, &content, console)?;
    let mode = if arguments.strict_schema { SchemaMode::Strict } else { SchemaMode::Lenient };
    let engine = Arc::new(executor::engine(&LimitOptions::default())?);
    let bench = Bench { engine, content, watchlists: packs.watchlists, mode };
    let mut worst = packs.worst;
    let mut suites = vec![];
    let is_text = arguments.format == ReportFormat::Text || arguments.output.is_some();
    let mut text = match is_text {
        true => Some(Output::open(arguments.output.as_deref().filter(|_| arguments.format == ReportFormat::Text))?),
        false => None,
    };
    for detection in &packs.detections {
        let Some(cases) = chosen(detection, arguments.filter.as_deref()) else { continue };
        let suite = suite(&bench, detection, &cases, (arguments, &mut worst), console).await?;
        if let Some(text) = &mut text {
            report::write_text(text, &suite)?;
            text.flush()?;
        }
        suites.push(suite);
    }
    text.map(Output::finish).transpose()?;
    let totals = Totals::of(&suites, started.elapsed());
    if arguments.format != ReportFormat::Text {
        let mut output = Output::open(arguments.output.as_deref())?;
        report::write(&mut output, arguments.format == ReportFormat::Junit, &suites, &totals)?;
        output.finish()?;
    }
    if suites.is_empty() {
        let filter = arguments.filter.as_deref().unwrap_or_default();
        return Err(Failure::Usage(format!("nothing here is named like `{filter}`")));
    }
    console.note(&totals.to_string());
    match worst {
        Some(failure) => Err(failure),
        None if totals.is_failure() => Err(Failure::Refused),
        None => Ok(()),
    }
}

/// The cases to run: all of a detection that the filter names, or those that it names; `None` when it names nothing here.
fn chosen<'a>(detection: &'a Detection, filter: Option<&str>) -> Option<Vec<&'a Case>> {
    let Some(filter) = filter.map(str::to_lowercase) else { return Some(detection.cases.iter().collect()) };
    let is_named = |texts: [&str; 2]| texts.iter().any(|text| text.to_lowercase().contains(&filter));
    let rule = &detection.rule;
    if is_named([&rule.name, &rule.file]) {
        return Some(detection.cases.iter().collect());
    }
    let cases: Vec<&Case> = detection.cases.iter().filter(|case| is_named([&case.name, &case.file])).collect();
    (!cases.is_empty()).then_some(cases)
}

/// Tests one detection.
async fn suite(
    bench: &Bench,
    detection: &Detection,
    cases: &[&Case],
    (arguments, worst): (&TestArguments, &mut Option<Failure>),
    console: &Console,
) -> Result<Suite, Failure> {
    let rule = &detection.rule;
    let mut suite = Suite::new(rule);
    // With some of its cases only, nothing can be said of what a detection lacks.
    if cases.len() == detection.cases.len() {
        suite.lacks = detect::test::lacks(detection);
    }
    let mut opened: Vec<(Case, Opened)> = vec![];
    for case in cases {
        let started = Instant::now();
        let events = detect::test::open(case, Arc::clone(&bench.content), &bench.watchlists);
        let events = events.await.map_err(|error| unreadable(case, error))?;
        let check = detect::test::check(rule, case, &events, bench.engine.as_ref(), bench.mode);
        match panics::catch_in(check).await.unwrap_or_else(|panic| Err(engine::Error::Bug(panic))) {
            Ok(differences) => suite.cases.push(Tested::new(case, differences, started.elapsed())),
            Err(error) => {
                // What is wrong with its query is wrong in every case.
                worst.get_or_insert(refused(rule, &error, console));
                suite.error = Some(error.to_string());
                break;
            }
        }
        opened.push(((*case).clone(), events));
    }
    if arguments.mutate && !suite.is_failure() && !opened.is_empty() {
        suite.mutation = Some(mutation::try_all(detection, opened, bench.mode, console).await?);
    } else if arguments.mutate && suite.is_failure() {
        console.warning(&format!("{}: not mutated, since it is not proven as it stands", spell_controls(&rule.name)));
    }
    if suite.cases.is_empty() && suite.error.is_none() && suite.lacks.is_empty() {
        console.note(&format!(
            "{}: a hunting query without cases, so nothing is proven of it",
            spell_controls(&rule.file)
        ));
    }
    Ok(suite)
}

/// Why the events of a case cannot be read.
pub(super) fn unreadable(case: &Case, error: detect::test::Error) -> Failure {
    match error {
        detect::test::Error::Lake(error) => data::failure(error),
        detect::test::Error::Engine(error) => executor::failure(&error),
        detect::test::Error::Scratch { .. } => Failure::Environment(format!("{}: {error}", case.file)),
    }
}

/// `3 cases`, for the line of a detection.
fn case_count(suite: &Suite) -> String {
    counted(suite.cases.len(), "case")
}
