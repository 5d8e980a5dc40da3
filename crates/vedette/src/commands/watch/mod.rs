//! `vedette watch`: rules on a schedule over a lake → alerts and incidents, as tables of the lake.
//!
//! Holds the clock and the signals; what is due, what is raised and what is stored is `detect`'s.

mod options;
mod rules;

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use detect::incident::Filed;
use detect::schedule::{Policy, Reading, SECOND};
use detect::store::{Alerted, Store};
use detect::watch::{Recorded, Watch, WatchOptions};
use lake::{Content, Lake, clock};
use serde_json::json;

use crate::arguments::datetime;
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::render::{counted, datetime_text, spell_controls};

pub(crate) use options::{RunOptions, store_failure};
use rules::Rules;

/// Runs rules on their schedules over a lake; alerts, incidents and health are tables of it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchArguments {
    /// Rules as published (Sentinel's YAML): files, folders, or names of packs that come with vedette. What is changed is read again
    #[arg(short, long, required = true, num_args = 1.., value_name = "RULE|PACK")]
    rules: Vec<String>,
    /// The lake that `vedette ingest` fills: a folder, or the URL of an object store (s3://…, az://…, gs://…)
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    lake: String,
    /// Runs what is due, and ends; exit code 1 when a rule could not be read or run
    #[arg(long)]
    once: bool,
    /// Ends when the clock says so: a datetime such as 2024-05-01T12:00:00Z
    #[arg(long, value_parser = datetime, value_name = "DATETIME", conflicts_with = "once")]
    until: Option<i64>,
    /// A window is run so long after its end, because events take time to arrive; Sentinel waits five minutes
    #[arg(long, default_value = "5m", value_parser = options::duration, value_name = "DURATION")]
    delay: i64,
    /// Windows that were missed while nothing ran are caught up, oldest first, as far back as this
    #[arg(long, default_value = "1d", value_parser = options::duration, value_name = "DURATION")]
    catch_up: i64,
    /// How often the clock and the rules are looked at
    #[arg(long, default_value = "5s", value_parser = options::duration, value_name = "DURATION")]
    poll: i64,
    /// Writes each alert to stdout as a JSON object, instead of a line for people
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    run: RunOptions,
}

const EXAMPLES: &str = "\
Tables:
  SecurityAlert, AlertInfo, AlertEvidence   a row for each alert (and each of its entities)
  SecurityIncident                          a row for each change; the latest by IncidentNumber is the incident
  SentinelHealth                            a row for each run: success or failure, reason, rows, duration
An alert and the note that its window was run are stored in one change: after a crash, or kill -9, nothing is lost and nothing told twice.

Examples:
  vedette watch --rules rules/ --lake lake
  vedette watch --rules Azure-Sentinel/Detections t1583.004 --lake lake --delay 1m
  vedette query 'SecurityAlert | summarize count() by AlertName' --lake lake
  vedette incidents list --lake lake";

/// Runs the command.
pub(crate) async fn run(arguments: WatchArguments, console: &Console) -> Result<(), Failure> {
    let content = arguments.run.content()?;
    let lake = Lake::open_or_create(&arguments.lake).map_err(data::failure)?;
    let mut rules = Rules::load(&arguments.rules, &content, console)?;
    let mut watch = open(&arguments, lake, &content, console).await?;
    take_rules(&mut watch, &mut rules, &arguments, console)?;
    let mut signals = Signals::new()?;
    let mut failed = rules.is_broken;
    console.note(&format!(
        "watching {} over `{}`; Ctrl-C ends it",
        counted(watch.rules().len(), "rule"),
        spell_controls(&arguments.lake)
    ));
    let poll = Duration::from_millis(u64::try_from(arguments.poll / (SECOND / 1000)).unwrap_or(5_000).max(10));
    let steady = Instant::now();
    loop {
        if rules.reload(&content, console) {
            take_rules(&mut watch, &mut rules, &arguments, console)?;
        }
        let now = clock::ticks();
        if let Some(since) = watch.read_clock(reading(now, steady)) {
            console.warning(&format!("the clock was set back; windows since {} are run again", datetime_text(since)));
        }
        let is_over = arguments.until.is_some_and(|until| now >= until);
        let started = match (is_over, watch.start_due(now).await) {
            (true, _) => 0,
            (false, Ok(started)) => started,
            (false, Err(error)) if arguments.once => return Err(store_failure(error)),
            (false, Err(error)) => {
                console.error(&format!("nothing can be run: {}", spell_controls(&error.to_string())));
                0
            }
        };
        if !watch.is_busy() && started == 0 && (arguments.once || is_over) {
            break;
        }
        let ended = tokio::select! {
            Some(ended) = watch.ended() => ended,
            () = tokio::time::sleep(poll) => vec![],
            () = signals.any() => break,
        };
        // What is being stored when a signal comes is stored wholly, or finished by whoever writes next.
        let recorded = tokio::select! {
            recorded = watch.record(ended, clock::ticks()) => recorded,
            () = signals.any() => break,
        };
        match recorded {
            Ok(recorded) => failed |= tell(&recorded, &arguments, console),
            Err(error) if arguments.once => return Err(store_failure(error)),
            Err(error) => console.error(&format!("nothing can be stored: {}", spell_controls(&error.to_string()))),
        }
    }
    console.note("the watch ends");
    if arguments.once && failed { Err(Failure::Refused.said()) } else { Ok(()) }
}

async fn open(
    arguments: &WatchArguments,
    lake: Lake,
    content: &Arc<Content>,
    console: &Console,
) -> Result<Watch, Failure> {
    let engine = Arc::new(executor::engine(&arguments.run.limits())?);
    let (speaker, place) = (console.clone(), arguments.lake.clone());
    let waits = Arc::new(move || speaker.note(&format!("waiting for another process that writes to `{place}`")));
    let store = Store::open(lake.clone(), content.clone(), engine.clone(), waits).await.map_err(store_failure)?;
    let options = WatchOptions {
        policy: Policy { delay: arguments.delay, catch_up: arguments.catch_up },
        time_max: arguments.run.time_max(),
        parallel: arguments.run.parallel(),
    };
    Ok(Watch::new(store, lake, arguments.run.sources(content, vec![])?, engine, options))
}

fn take_rules(
    watch: &mut Watch,
    rules: &mut Rules,
    arguments: &WatchArguments,
    console: &Console,
) -> Result<(), Failure> {
    let sources = arguments.run.watchlists(std::mem::take(&mut rules.watchlists))?;
    watch.set_watchlists(sources);
    for problem in watch.set_rules(std::mem::take(&mut rules.rules)) {
        console.error(&problem.to_string());
    }
    Ok(())
}

fn reading(now: i64, since: Instant) -> Reading {
    Reading { now, steady: i64::try_from(since.elapsed().as_nanos() / 100).unwrap_or(i64::MAX) }
}

/// Says what became of runs: alerts on stdout, the rest on stderr. Gives whether one of them failed.
fn tell(recorded: &Recorded, arguments: &WatchArguments, console: &Console) -> bool {
    let mut has_failed = false;
    for run in &recorded.runs {
        let name = spell_controls(&run.rule.name);
        let window = format!("{} to {}", datetime_text(run.due.start), datetime_text(run.due.end));
        if run.due.given_up > 0 {
            let count = counted(usize::try_from(run.due.given_up).unwrap_or(usize::MAX), "window");
            console.warning(&format!("`{name}`: {count} before {window} were given up as too old"));
        }
        match &run.ended.outcome {
            Ok(ran) if console.verbose => {
                let rows = counted(ran.table.rows.len(), "row");
                console.note(&format!("`{name}`: {rows} in {} ms, {window}", run.ended.duration_ms));
            }
            Ok(_) => {}
            Err(reason) => {
                has_failed = true;
                console.error(&format!("`{name}` failed, {window}: {}", spell_controls(reason)));
            }
        }
    }
    for alerted in &recorded.alerts {
        let line = if arguments.json { as_json(alerted) } else { as_text(alerted) };
        // A closed stdout is no reason to stop watching: alerts are in the lake.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes());
    }
    has_failed
}

fn as_text(alerted: &Alerted) -> String {
    let alert = &alerted.raised.alert;
    let incident = match alerted.filed {
        Filed::New(number) => format!(" (incident {number})"),
        Filed::Joined(number) => format!(" (joins incident {number})"),
        Filed::Reopened(number) => format!(" (reopens incident {number})"),
        Filed::Nowhere => String::new(),
    };
    let due = datetime_text(alerted.raised.due.now);
    format!("{due} {} {}{incident}", alert.severity.name(), spell_controls(&alert.title))
}

/// The alert as programs read it.
pub(crate) fn as_json(alerted: &Alerted) -> String {
    let alert = &alerted.raised.alert;
    let entities: Vec<_> = alert
        .entities
        .iter()
        .map(|entity| {
            let mut bag = serde_json::Map::new();
            bag.insert("Type".to_owned(), json!(entity.entity_type));
            bag.extend(entity.identifiers.iter().map(|(name, value)| (name.clone(), json!(value))));
            serde_json::Value::Object(bag)
        })
        .collect();
    json!({
        "SystemAlertId": alerted.raised.id, "RuleId": alert.rule_id, "RuleName": alert.rule_name, "Title": alert.title,
        "Severity": alert.severity.name(), "Description": alert.description, "Tactics": alert.tactics, "Techniques": alert.techniques,
        "WindowStart": datetime_text(alerted.raised.due.start), "WindowEnd": datetime_text(alerted.raised.due.end),
        "StartTime": datetime_text(alerted.raised.start), "EndTime": datetime_text(alerted.raised.end),
        "Entities": entities, "CustomDetails": alert.custom_details.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "IncidentNumber": alerted.filed.number(),
    })
    .to_string()
}

/// The signals that end a watch.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        #[cfg(unix)]
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .map_err(|error| Failure::Environment(format!("signals cannot be heard: {error}")))?;
        Ok(Self {
            #[cfg(unix)]
            terminate,
        })
    }

    /// Waits for one of them.
    async fn any(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
