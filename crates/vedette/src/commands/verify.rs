//! `vedette verify`: telemetry of a host on which a test was run → which of the expected signals are there, and why not.

use std::io::Write as _;

use clap::{Args, ValueEnum};
use detect::atomic::Atomic;
use serde_json::json;

use super::simulate::{find_test, packs};
use crate::arguments::{DataOptions, datetime, named_value};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::probe::Probe;
use crate::render::{counted, spell_controls};
use crate::report::{self, Source};
use crate::verify::{self, Rules, Status, Verdict};

/// Says which telemetry of a test is there, and what to look at where it is missing
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyArguments {
    /// A test of a pack: the name of its folder, its guid, or its number; `vedette simulate --list` shows them
    #[arg(value_name = "TEST")]
    test: String,
    /// An input of the test, as it was set when the test was run (may be repeated)
    #[arg(long = "arg", value_parser = named_value, value_name = "INPUT=VALUE")]
    inputs: Vec<(String, String)>,
    /// The host on which the test was run, by its name in the data [default: the one with most of the signals]
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Only what happened then or later counts, so that an earlier run of the test does not stand for this one
    #[arg(long, value_parser = datetime, value_name = "DATETIME")]
    since: Option<i64>,
    /// Takes a signal from any source that tells the same, such as Defender's rows in place of Sysmon's
    #[arg(long)]
    any_source: bool,
    /// How the answer is written
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Where to look for the test: a folder, or the name of a pack that comes with vedette [default: all of those]
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
    #[command(flatten)]
    data: DataOptions,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For reading
    #[default]
    Text,
    /// One object
    Json,
}

const EXAMPLES: &str = "\
Ends with exit code 1 when a signal is missing. A signal that is marked as optional may be absent.

Examples:
  vedette verify beacon-check-in --data C:/Windows/System32/winevt/Logs
  vedette verify lolbin-ports --data logs/ --arg server=198.51.100.7 --host ws-001.corp.example
  vedette verify sustained-beacon --data defender-export/ --any-source --format json";

/// Runs the command.
pub(crate) async fn run(arguments: VerifyArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content(&arguments.data)?;
    let mut packs = packs(arguments.pack.as_deref(), &content, console)?;
    let watchlists = packs.iter_mut().flat_map(|pack| std::mem::take(&mut pack.watchlists)).collect();
    let (_, atomic) = find_test(&packs, &arguments.test)?;
    if atomic.signals.is_empty() {
        return Err(Failure::Usage(format!("`{}` has no expect.yaml, so nothing is expected of it", arguments.test)));
    }
    let values = atomic.values(&arguments.inputs).map_err(Failure::Usage)?;
    let engine = executor::engine(&arguments.data.limits)?;
    let data = data::open_with(&arguments.data, content, watchlists, console).await?;
    let probe = Probe { engine, database: data.database, now: data.now, functions: std::sync::Arc::default() };
    let rules = Rules { host: arguments.host.as_deref(), is_any_source: arguments.any_source, since: arguments.since };
    let verdict = verify::verify(atomic, &values, &probe, rules).await.map_err(|(signal, error)| {
        let query = atomic.signals.iter().find(|it| it.name == signal).map(|it| it.kql.clone()).unwrap_or_default();
        report::refusal(console, &Source::new(format!("{}: {signal}", atomic.slug), query), &error)
    })?;
    let is_missing = |status: Status| match status {
        Status::Missing => true,
        Status::Elsewhere => !arguments.any_source,
        Status::Found | Status::Absent => false,
    };
    // Another source's word for an optional signal is no reason to fail.
    let missing = verdict
        .sightings
        .iter()
        .filter(|sighting| is_missing(sighting.status) && sighting.signal.optional.is_none())
        .count();
    let mut output = Output::open(None)?;
    match arguments.format {
        ReportFormat::Text => write_text(&mut output, atomic, &verdict)?,
        ReportFormat::Json => {
            let signals: Vec<_> = verdict.sightings.iter().map(verify::Sighting::json).collect();
            let whole = json!({
                "Test": atomic.slug, "Number": atomic.number, "Guid": atomic.guid, "Name": atomic.name, "Host": verdict.host,
                "Missing": missing, "Signals": signals,
            });
            writeln!(output, "{whole:#}")?;
        }
    }
    output.finish()?;
    console.note(&format!(
        "{} of {}, {missing} missing",
        verdict.sightings.len() - missing,
        counted(verdict.sightings.len(), "signal")
    ));
    if missing > 0 { Err(Failure::Refused) } else { Ok(()) }
}

fn write_text(output: &mut Output, atomic: &Atomic, verdict: &Verdict<'_>) -> Result<(), Failure> {
    let host = match &verdict.host {
        Some(host) if !host.is_empty() => format!(" on {}", spell_controls(host)),
        _ => String::new(),
    };
    writeln!(output, "{} {}{host}", atomic.number, atomic.name)?;
    for sighting in &verdict.sightings {
        let signal = sighting.signal;
        let word = match sighting.status {
            Status::Found => "ok       ",
            Status::Elsewhere => "elsewhere",
            Status::Absent => "absent   ",
            Status::Missing => "MISSING  ",
        };
        let counts = format!("{} of {}", sighting.found, signal.at_least);
        writeln!(output, "  {word} {:<34} {:<24} {counts}", signal.name, signal.source)?;
        if let Some(nearest) = &sighting.nearest {
            writeln!(output, "            nearest: {}", spell_controls(nearest))?;
        }
        if let Some(hint) = &sighting.hint {
            writeln!(output, "            hint: {hint}")?;
        }
        if let Some(optional) = signal.optional.as_ref().filter(|_| sighting.status != Status::Found) {
            writeln!(output, "            optional: {optional}")?;
        }
    }
    Ok(())
}
