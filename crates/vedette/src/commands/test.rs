//! `vedette test`: the events beside a rule → does it find what it must, and nothing else?
//!
//! Each case is a database of its own, queried at the moment that the case names: a proof depends on nothing but its folder.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use detect::run::{Run, SchemaMode};
use detect::{Case, Rule};
use engine::{Database, Engine};
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

/// Proves that rules detect: replays the events beside them and compares what they find
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArguments {
    /// Rules with cases beside them: a file, a folder, or the name of a pack that comes with vedette
    #[arg(required = true, value_name = "RULE|PACK")]
    rules: Vec<String>,
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

const EXAMPLES: &str = "\
A case is a folder tests/<case>/ beside the rule: case.yaml (name, shows, now, alerts: the rows to find, [] for a near miss)
and files of events. A case that finds anything else ends with exit code 1.

Examples:
  vedette test t1583.004
  vedette test detections/odd-port/rule.yaml";

/// Runs the command.
pub(crate) async fn run(arguments: TestArguments, console: &Console) -> Result<(), Failure> {
    let engine = executor::engine(&LimitOptions::default())?;
    let content = data::content_of(arguments.content.as_deref(), &arguments.functions)?;
    let packs = load_packs(&arguments.rules, &content, console)?;
    let mode = if arguments.strict_schema { SchemaMode::Strict } else { SchemaMode::Lenient };
    let mut worst = packs.worst;
    let mut tally = Tally::default();
    let mut output = Output::open(None)?;
    for detection in &packs.detections {
        let rule = &detection.rule;
        writeln!(output, "{} ({})", spell_controls(&rule.name), counted(detection.cases.len(), "case"))?;
        if detection.cases.is_empty() {
            output.flush()?;
            console.warning(&format!("{}: no case beside it, so nothing is proven of it", spell_controls(&rule.file)));
        }
        for (index, case) in detection.cases.iter().enumerate() {
            match replay(rule, case, &engine, (&content, &packs.watchlists), mode).await? {
                Ok(run) => tally.count(&mut output, case, &detect::test::differences(case, &run.table))?,
                Err(error) => {
                    // What is wrong with its query is wrong in every case.
                    output.flush()?;
                    worst.get_or_insert(refused(rule, &error, console));
                    writeln!(output, "  FAIL cannot run: {error}")?;
                    tally.failed += detection.cases.len() - index;
                    break;
                }
            }
        }
    }
    output.finish()?;
    console.note(&format!("{} passed, {} failed", counted(tally.passed, "case"), tally.failed));
    match worst {
        Some(failure) => Err(failure),
        None if tally.failed > 0 => Err(Failure::Refused),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Counts a case and writes its line, with what differs.
    fn count(&mut self, output: &mut impl Write, case: &Case, differences: &[String]) -> io::Result<()> {
        let verdict = if differences.is_empty() { "ok  " } else { "FAIL" };
        let kind = if case.expected.is_empty() { "near miss" } else { "hit" };
        writeln!(output, "  {verdict} {kind:<9} {}", spell_controls(&case.name))?;
        for difference in differences {
            writeln!(output, "       {}", spell_controls(difference))?;
        }
        let count = if differences.is_empty() { &mut self.passed } else { &mut self.failed };
        *count += 1;
        Ok(())
    }
}

/// Runs the rule over the events of a case; the inner error is the rule's.
async fn replay(
    rule: &Rule,
    case: &Case,
    engine: &Engine,
    (content, watchlists): (&Arc<Content>, &[Watchlist]),
    mode: SchemaMode,
) -> Result<Result<Run, engine::Error>, Failure> {
    let events = EventFiles::of(case)?;
    let database = events.database(case, content, watchlists).await?;
    let run = detect::run::run(rule, engine, database, case.now, mode);
    Ok(panics::catch_in(run).await.unwrap_or_else(|panic| Err(engine::Error::Bug(panic))))
}

/// The event files of a case; those that are part of the program are written to a folder that goes with this value.
pub(super) struct EventFiles {
    paths: Vec<PathBuf>,
    folder: Option<PathBuf>,
}

impl EventFiles {
    pub(super) fn of(case: &Case) -> Result<Self, Failure> {
        let mut files = Self { paths: vec![], folder: None };
        for (index, events) in case.events.iter().enumerate() {
            match events {
                detect::pack::Events::File(path) => files.paths.push(path.clone()),
                detect::pack::Events::Text(name, text) => {
                    let name = Path::new(name).file_name().unwrap_or_default();
                    let path = files.folder()?.join(format!("{index}-{}", name.to_string_lossy()));
                    fs::write(&path, text.as_ref()).map_err(|error| unwritable(&path, &error))?;
                    files.paths.push(path);
                }
            }
        }
        Ok(files)
    }

    /// The events as the tables of a database of their own.
    pub(super) async fn database(
        &self,
        case: &Case,
        content: &Arc<Content>,
        watchlists: &[Watchlist],
    ) -> Result<Arc<dyn Database>, Failure> {
        let options = lake::Options {
            content: Some(Arc::clone(content)),
            watchlists: watchlists.to_vec(),
            ..lake::Options::default()
        };
        let opened = lake::Data::open(self.paths.clone(), vec![], options).await.map_err(data::failure)?;
        if let Some(file) = opened.summary.files.iter().find(|file| file.bad > 0) {
            let first = file.first_bad.as_ref().map(|first| first.reason.as_str()).unwrap_or_default();
            return Err(Failure::Environment(format!("{}: events that cannot be read: {first}", case.file)));
        }
        Ok(Arc::new(opened.database))
    }

    /// A folder that did not exist before: nobody else can have put anything there.
    fn folder(&mut self) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.folder {
            return Ok(folder.clone());
        }
        let base = std::env::temp_dir();
        for attempt in 0..FOLDER_ATTEMPTS {
            let folder = base.join(format!("vedette-test-{}-{attempt}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => {
                    self.folder = Some(folder.clone());
                    return Ok(folder);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unwritable(&folder, &error)),
            }
        }
        Err(Failure::Environment(format!("`{}` has no room for a folder of ours", base.display())))
    }
}

/// Left-overs of runs that were killed are stepped over.
const FOLDER_ATTEMPTS: u32 = 100;

impl Drop for EventFiles {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Environment(format!("cannot write `{}`: {error}", path.display()))
}
