//! `vedette detect`: rules over files → alerts.
//!
//! A rule that is wrong never stops the others: it is reported, the rest run, and the exit code tells at the end.

use std::sync::Arc;

use clap::Args;
use detect::run::{Run, SchemaMode};
use detect::{Alert, Detection, Pack, Rule};
use lake::{Content, Watchlist};

use crate::alerts;
use crate::arguments::{DataOptions, Format, OutputOptions};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::panics;
use crate::progress::{Bar, Unit};
use crate::render::{self, Table, counted};
use crate::report::{self, Source};

/// Runs detection rules over files and shows their alerts
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DetectArguments {
    /// Rules as published (Sentinel's YAML): a file, a folder, or the name of a pack that comes with vedette
    #[arg(required = true, value_name = "RULE|PACK")]
    rules: Vec<String>,
    /// Ends with exit code 10 when a rule fires (a rule that cannot run still ends with 1)
    #[arg(long)]
    fail_on_alert: bool,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Formats:
  table shows each rule that fired with the rows of its query; the others hold one alert per row, with
  RuleId, RuleName, Title, Severity, Description, Tactics, Techniques, Entities, CustomDetails, Properties, Rows

Examples:
  vedette detect t1583.004 --data logs/
  vedette detect rule.yaml --data Security.evtx --now 2024-05-01
  vedette detect rules/ --data logs/ --format ndjson -o alerts.ndjson
  vedette detect rule.yaml --data logs/ --fail-on-alert || notify";

/// A rule that fired.
struct Fired<'a> {
    rule: &'a Rule,
    run: Run,
    alerts: Vec<Alert>,
}

/// Runs the command.
pub(crate) async fn run(arguments: DetectArguments, console: &Console) -> Result<(), Failure> {
    let engine = executor::engine(&arguments.data.limits)?;
    let content = data::content(&arguments.data)?;
    let packs = load_packs(&arguments.rules, &content, console)?;
    let data = data::open_with(&arguments.data, content, packs.watchlists, console).await?;
    let mut worst = packs.worst;
    let mode = if arguments.data.strict_schema { SchemaMode::Strict } else { SchemaMode::Lenient };
    let rules = alerting(&packs.detections, console)?;
    let bar = Bar::new(console, "rules", rules.len(), Unit::Items);
    let mut fired = vec![];
    let mut failed = 0;
    for rule in &rules {
        let run = detect::run::run(rule, &engine, Arc::clone(&data.database), data.now, mode);
        match panics::catch_in(run).await.unwrap_or_else(|panic| Err(engine::Error::Bug(panic))) {
            Ok(run) => {
                bar.aside(|| say(rule, &run, console));
                let alerts = detect::alerts(rule, &run.table);
                if !alerts.is_empty() {
                    fired.push(Fired { rule, run, alerts });
                }
            }
            Err(error) => {
                failed += 1;
                worst.get_or_insert(bar.aside(|| refused(rule, &error, console)));
            }
        }
        bar.step();
    }
    bar.clear();
    write(&fired, &arguments.output)?;
    console.note(&summary(&fired, rules.len(), failed));
    match worst {
        Some(failure) => Err(failure),
        None if arguments.fail_on_alert && !fired.is_empty() => Err(Failure::Alerted),
        None => Ok(()),
    }
}

/// The rules that alert. Hunting queries ask what is there, and are no reason to call anybody.
fn alerting<'a>(detections: &'a [Detection], console: &Console) -> Result<Vec<&'a Rule>, Failure> {
    let rules: Vec<&Rule> =
        detections.iter().filter(|detection| !detection.is_hunt()).map(|detection| &detection.rule).collect();
    match detections.len() - rules.len() {
        0 => {}
        _ if rules.is_empty() => {
            return Err(Failure::Usage(
                "there are hunting queries only, which never alert; `vedette hunt` runs them".to_owned(),
            ));
        }
        1 => console.note("1 hunting query is left out; `vedette hunt` runs it"),
        hunts => console.note(&format!("{hunts} hunting queries are left out; `vedette hunt` runs them")),
    }
    Ok(rules)
}

/// The rules that were named, the watchlists beside them, and the first failure met while reading them.
pub(super) struct Packs {
    pub(super) detections: Vec<Detection>,
    pub(super) watchlists: Vec<Watchlist>,
    pub(super) worst: Option<Failure>,
}

/// Reads rules; what is wrong with a file is said, and only a file without a usable rule is a failure.
pub(super) fn load_packs(names: &[String], content: &Content, console: &Console) -> Result<Packs, Failure> {
    let mut packs = Packs { detections: vec![], watchlists: vec![], worst: None };
    for name in names {
        let (pack, failure) = load_pack(name, content, console)?;
        packs.worst = packs.worst.or(failure);
        packs.detections.extend(pack.detections);
        packs.watchlists.extend(pack.watchlists);
    }
    Ok(packs)
}

/// Reads one pack, as [`load_packs`] does.
pub(super) fn load_pack(name: &str, content: &Content, console: &Console) -> Result<(Pack, Option<Failure>), Failure> {
    let pack = Pack::load(name, content).map_err(|error| pack_failure(&error))?;
    let mut worst = None;
    for problem in &pack.problems {
        if pack.detections.iter().any(|detection| detection.rule.file == problem.file) {
            console.warning(&problem.to_string());
        } else {
            console.error(&problem.to_string());
            worst.get_or_insert(Failure::Refused);
        }
    }
    if pack.detections.is_empty() && pack.problems.is_empty() {
        return Err(Failure::Usage(format!("`{name}` holds no rule")));
    }
    Ok((pack, worst))
}

pub(super) fn pack_failure(error: &detect::pack::Error) -> Failure {
    match error {
        detect::pack::Error::Unknown { .. } => Failure::Usage(error.to_string()),
        detect::pack::Error::Unreadable { .. }
        | detect::pack::Error::Content(_)
        | detect::pack::Error::TooMany { .. } => Failure::Environment(error.to_string()),
    }
}

/// Says what there is to say about a rule that ran.
pub(super) fn say(rule: &Rule, run: &Run, console: &Console) {
    report::print_briefly(console, &source(rule), &run.diagnostics);
    for problem in &run.problems {
        console.warning(&problem.to_string());
    }
}

/// Says why a rule cannot run; what is left of it is the exit code.
pub(super) fn refused(rule: &Rule, error: &engine::Error, console: &Console) -> Failure {
    let failure = report::refusal(console, &source(rule), error);
    if let Some(message) = failure.message() {
        console.error(&format!("`{}` ({}): {message}", rule.name, rule.file));
    }
    failure.said()
}

/// The query of a rule; its lines are those of the query, not of the file.
fn source(rule: &Rule) -> Source {
    Source::new(format!("{} (query)", rule.file), rule.query.clone())
}

fn write(fired: &[Fired], options: &OutputOptions) -> Result<(), Failure> {
    let mut output = Output::open(options.output.as_deref())?;
    match options.format() {
        Format::Table => {
            for (index, fired) in fired.iter().enumerate() {
                write_section(&mut output, fired, index == 0)?;
            }
        }
        format @ (Format::Json | Format::Ndjson | Format::Csv | Format::Parquet) => {
            let lines: Vec<_> =
                fired.iter().flat_map(|fired| fired.alerts.iter().map(|alert| (alert, &fired.run.table))).collect();
            let table = Table { name: "Alerts".to_owned(), rows: alerts::rows(&lines)? };
            render::write(&mut output, format, std::slice::from_ref(&table))?;
        }
    }
    output.finish()
}

/// The rule's name and weight, a line per alert whose title is its own, and the rows in the order of the query.
fn write_section(output: &mut Output, fired: &Fired, is_first: bool) -> Result<(), Failure> {
    use std::io::Write as _;
    let Fired { rule, run, alerts } = fired;
    if !is_first {
        writeln!(output)?;
    }
    let counts = format!("{}, {}", counted(alerts.len(), "alert"), counted(run.table.rows.len(), "row"));
    writeln!(output, "{} [{}] {counts}", render::spell_controls(&rule.name), rule.severity.name())?;
    for alert in alerts.iter().filter(|alert| alert.title != rule.name || alert.severity != rule.severity) {
        writeln!(output, "- {} [{}]", render::spell_controls(&alert.title), alert.severity.name())?;
    }
    render::write_aligned(output, &run.table.columns, &run.table.rows)
}

/// `3 alerts from 1 rule`, and what became of the others.
fn summary(fired: &[Fired], rule_count: usize, failed: usize) -> String {
    let alert_count = fired.iter().map(|fired| fired.alerts.len()).sum();
    let mut text = match fired.len() {
        0 => "no alerts".to_owned(),
        rules => format!("{} from {}", counted(alert_count, "alert"), counted(rules, "rule")),
    };
    text.push_str(&of_others(rule_count, fired.len(), failed, "rule"));
    text
}

/// What became of the queries that found nothing, or could not run: `; 2 rules found nothing; 1 rule could not run`.
pub(super) fn of_others(count: usize, found: usize, failed: usize, what: &str) -> String {
    let mut text = String::new();
    let silent = count.saturating_sub(found + failed);
    if silent > 0 {
        text.push_str(&format!("; {} found nothing", counted(silent, what)));
    }
    if failed > 0 {
        text.push_str(&format!("; {} could not run", counted(failed, what)));
    }
    text
}
