//! `vedette replay`: a schedule over time that has passed → the alerts that the watch would have raised.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, StringViewArray};
use clap::Args;
use detect::incident::Filed;
use detect::replay::{Replay, Span};
use detect::store::{Alerted, Finished, Store};
use detect::watch::distinct;
use lake::{Data, Lake, clock};
use semantics::Type;

use super::detect::load_packs;
use super::watch::{RunOptions, as_json, store_failure};
use crate::arguments::{Format, OutputOptions, datetime};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::{Bar, Unit};
use crate::render::{self, Table, counted, spell_controls};

/// Runs the schedule of rules over time that has passed, in minutes, and gives the alerts that the watch would have raised
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArguments {
    /// Rules as published (Sentinel's YAML): a file, a folder, or the name of a pack that comes with vedette
    #[arg(required = true, value_name = "RULE|PACK")]
    rules: Vec<String>,
    /// The lake: a folder, or the URL of an object store (s3://…, az://…, gs://…)
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    lake: String,
    /// Windows that end after this datetime are run
    #[arg(long, value_parser = datetime, value_name = "DATETIME")]
    from: i64,
    /// And not after this one
    #[arg(long, value_parser = datetime, value_name = "DATETIME")]
    to: i64,
    /// Stores the alerts and their incidents in the lake, too; those that are there already are left out.
    #[arg(long)]
    store: bool,
    #[command(flatten)]
    run: RunOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
A rule in near real time is run over each minute of event time, because nobody knows when events would have come in.

Examples:
  vedette replay rules/ --lake lake --from 2024-05-01 --to 2024-06-01
  vedette replay t1583.004 --lake lake --from 2024-05-01 --to 2024-06-01 --format ndjson -o alerts.ndjson";

/// Runs the command.
pub(crate) async fn run(arguments: ReplayArguments, console: &Console) -> Result<(), Failure> {
    if arguments.to <= arguments.from {
        return Err(Failure::Usage("--to is not after --from".to_owned()));
    }
    let content = arguments.run.content()?;
    let engine = Arc::new(executor::engine(&arguments.run.limits())?);
    let packs = load_packs(&arguments.rules, &content, console)?;
    let (rules, problems) = distinct(packs.detections.into_iter().map(|detection| detection.rule).collect());
    problems.iter().for_each(|problem| console.error(&problem.to_string()));
    let lake = Lake::open(&arguments.lake).map_err(data::failure)?;
    let sources = lake::Options { lake: Some(lake.clone()), ..arguments.run.sources(&content, packs.watchlists)? };
    let opened = Data::open(vec![], vec![], sources).await.map_err(data::failure)?;
    let span = Span { from: arguments.from, until: arguments.to };
    let rules = rules.into_iter().map(Arc::new).collect();
    let (time_max, parallel) = (arguments.run.time_max(), arguments.run.parallel());
    let replay = Replay::new(rules, engine.clone(), Arc::new(opened.database), span, time_max, parallel);
    let mut told = follow(replay, &arguments, console).await;
    if arguments.store {
        let (speaker, place) = (console.clone(), arguments.lake.clone());
        let waits = Arc::new(move || speaker.note(&format!("waiting for another process that writes to `{place}`")));
        let mut store = Store::open(lake, content, engine, waits).await.map_err(store_failure)?;
        told.alerts = store.add_alerts(&told.fired, clock::ticks()).await.map_err(store_failure)?;
    }
    write(&told.alerts, &arguments.output)?;
    let counts = [(told.alerts.len(), "alert"), (told.incidents, "incident"), (told.runs, "run")];
    let [alerts, incidents, runs] = counts.map(|(count, noun)| counted(count, noun));
    let stored = if arguments.store { ", stored" } else { "" };
    console.note(&format!("{alerts}{stored} in {incidents} from {runs}; {} failed", told.failed));
    match (packs.worst, told.failed) {
        (Some(failure), _) => Err(failure),
        (None, 0) => Ok(()),
        (None, _) => Err(Failure::Refused.said()),
    }
}

/// What a replay gave.
#[derive(Default)]
struct Told {
    alerts: Vec<Alerted>,
    fired: Vec<Finished>,
    incidents: usize,
    runs: usize,
    failed: usize,
}

async fn follow(mut replay: Replay, arguments: &ReplayArguments, console: &Console) -> Told {
    let seconds = |ticks: i64| u64::try_from(ticks / detect::schedule::SECOND).unwrap_or(0);
    let all = seconds(arguments.to - arguments.from);
    let bar = Bar::new(console, "replaying", usize::try_from(all).unwrap_or(0), Unit::Items);
    let mut told = Told::default();
    let mut said: Vec<String> = vec![];
    while let Some(moment) = replay.step().await {
        bar.reach(seconds(moment.due - arguments.from), all);
        told.runs += moment.runs.len();
        for run in moment.runs {
            let Err(reason) = &run.ended.outcome else {
                let has_alerted = moment.alerts.iter().any(|alerted| Arc::ptr_eq(&alerted.rule, &run.rule));
                if arguments.store && has_alerted {
                    told.fired.push(run);
                }
                continue;
            };
            told.failed += 1;
            // A rule that always fails is said once.
            if !said.contains(&run.rule.file) {
                said.push(run.rule.file.clone());
                let (name, reason) = (spell_controls(&run.rule.name), spell_controls(reason));
                bar.aside(|| console.error(&format!("`{name}` ({}): {reason}", run.rule.file)));
            }
        }
        told.alerts.extend(moment.alerts);
    }
    bar.clear();
    told.incidents = replay.state.incidents.by_number.len();
    told
}

fn write(alerts: &[Alerted], options: &OutputOptions) -> Result<(), Failure> {
    let mut output = Output::open(options.output.as_deref())?;
    match options.format() {
        Format::Ndjson => {
            for alerted in alerts {
                writeln!(output, "{}", as_json(alerted))?;
            }
        }
        format @ (Format::Table | Format::Json | Format::Csv | Format::Parquet) => {
            let table = Table { name: "Alerts".to_owned(), rows: rows(alerts)? };
            render::write(&mut output, format, std::slice::from_ref(&table))?;
        }
    }
    output.finish()
}

fn rows(alerts: &[Alerted]) -> Result<engine::Rows, Failure> {
    let texts =
        |of: fn(&Alerted) -> String| -> ArrayRef { Arc::new(StringViewArray::from_iter_values(alerts.iter().map(of))) };
    let times = |of: fn(&Alerted) -> i64| -> ArrayRef {
        Arc::new(alerts.iter().map(|alerted| Some(of(alerted))).collect::<Int64Array>())
    };
    let numbers: ArrayRef = Arc::new(alerts.iter().map(|alerted| alerted.filed.number()).collect::<Int32Array>());
    let filed = |alerted: &Alerted| match alerted.filed {
        Filed::New(_) => "new",
        Filed::Joined(_) => "joined",
        Filed::Reopened(_) => "reopened",
        Filed::Nowhere => "",
    };
    render::listing([
        ("WindowEnd", Type::DateTime, times(|alerted| alerted.raised.due.end)),
        ("Severity", Type::String, texts(|alerted| alerted.raised.alert.severity.name().to_owned())),
        ("Title", Type::String, texts(|alerted| alerted.raised.alert.title.clone())),
        ("Entities", Type::String, texts(entities)),
        ("IncidentNumber", Type::Int, numbers),
        (
            "Incident",
            Type::String,
            Arc::new(alerts.iter().map(|alerted| Some(filed(alerted))).collect::<StringViewArray>()),
        ),
        ("RuleName", Type::String, texts(|alerted| alerted.raised.alert.rule_name.clone())),
        ("StartTime", Type::DateTime, times(|alerted| alerted.raised.start)),
        ("SystemAlertId", Type::String, texts(|alerted| alerted.raised.id.clone())),
    ])
}

fn entities(alerted: &Alerted) -> String {
    let entities = alerted.raised.alert.entities.iter();
    let values = entities.map(|entity| {
        let values: Vec<&str> = entity.identifiers.iter().map(|(_, value)| value.as_str()).collect();
        format!("{} {}", entity.entity_type, values.join(" "))
    });
    values.collect::<Vec<_>>().join(", ")
}
