//! `vedette tune`: a rule over data → what makes it alert, and what other numbers or exclusions would make of it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use detect::Rule;
use semantics::time::{format_datetime, parse_datetime};
use serde_json::{Value as Json, json};

use super::detect::load_packs;
use super::verify::ReportFormat;
use crate::arguments::DataOptions;
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::probe::Probe;
use crate::progress::{Bar, Unit};
use crate::render::{counted, spell_controls};
use crate::tune::exclusion::Exclusion;
use crate::tune::labels::{self, Labels};
use crate::tune::proposal::{self, Answer};
use crate::tune::thresholds::{self, Threshold};
use crate::tune::{Baseline, Curve, Outcome, Tuner};

/// Shows what makes a rule alert, and what other thresholds or exclusions would make of it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TuneArguments {
    /// The rule: a file, a folder, or the name of a pack that comes with vedette
    #[arg(value_name = "RULE|PACK")]
    rule: String,
    /// The name, or a part of it, of the rule that is meant, where there are several
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What each connection is: a file with DeviceName, RemoteUrl, RemoteIP, family, malicious, and flow where there is one
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Only the thresholds with this in their name (may be repeated); `none` for no curves
    #[arg(long, value_name = "TEXT")]
    threshold: Vec<String>,
    /// How many exclusions are tried: those with most alerts
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    candidates: usize,
    /// Leaves out a program's connections to names with that end, after a dot (may be repeated)
    #[arg(long, value_parser = Exclusion::parse, value_name = "PROCESS=SUFFIX")]
    exclude: Vec<Exclusion>,
    /// Adds the exclusions (`--exclude`) to this allow-list, a CSV file, and shows the difference
    #[arg(long, requires_all = ["exclude", "owner", "expires", "reason"], value_name = "FILE")]
    propose: Option<PathBuf>,
    /// Shows the difference and writes nothing
    #[arg(long, requires = "propose")]
    dry_run: bool,
    /// Writes an exclusion although it would lose an attack that is labeled
    #[arg(long, requires = "propose")]
    accept_loss: bool,
    /// Who answers for the exclusions
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The day after which they allow nothing
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// Why they are right
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// How the answer is written
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    #[command(flatten)]
    data: DataOptions,
}

const EXAMPLES: &str = "\
Every figure is a run of the rule's query, changed in one place. The rule's own file is never changed; exclusions are tried by
leaving the events out of DeviceNetworkEvents before the query, and kept in an allow-list that is read when a query runs.

Examples:
  vedette tune t1583.004 --name 'Server beacon' --data logs/
  vedette tune rule.yaml --data fleet/events --labels fleet/labels.parquet --threshold MinConnections
  vedette tune rule.yaml --data logs/ --exclude agent.exe=vendor.example --threshold none \\
    --propose watchlists/beacon_allow_list.csv --owner ops@corp.example --expires 2026-12-31 --reason 'agent of our monitoring'";

/// Thresholds that are tried at most; more are named with `--threshold`.
const CURVES_MAX: usize = 12;

/// What was found out.
struct Findings {
    baseline: Baseline,
    exclusions: Vec<(Exclusion, Outcome)>,
    /// All exclusions of the command line together.
    chosen: Option<Outcome>,
    curves: Vec<Curve>,
}

/// Runs the command.
pub(crate) async fn run(mut arguments: TuneArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content(&arguments.data)?;
    let packs = load_packs(std::slice::from_ref(&arguments.rule), &content, console)?;
    let rules: Vec<&Rule> = packs.detections.iter().map(|detection| &detection.rule).collect();
    let rule = one_rule(&rules, arguments.name.as_deref())?;
    if let Some(path) = &arguments.labels {
        arguments.data.table.push((labels::TABLE.to_owned(), path.clone()));
    }
    let engine = executor::engine(&arguments.data.limits)?;
    let data = data::open_with(&arguments.data, content, packs.watchlists, console).await?;
    let probe = Probe { engine, database: data.database, now: data.now, functions: Arc::clone(&rule.functions) };
    let labels = match &arguments.labels {
        None => None,
        Some(path) => {
            let rows = probe.rows(labels::QUERY).await;
            let said = |error| Failure::Environment(format!("`{}` is no file of labels: {error}", path.display()));
            Some(Labels::new(&rows.map_err(said)?))
        }
    };
    let thresholds = chosen(thresholds::find(&rule.query), &arguments.threshold, console)?;
    let trials: usize = thresholds.iter().map(|threshold| threshold.trials(&rule.query).len()).sum();
    let bar = Bar::new(console, "runs", trials + arguments.candidates + 2, Unit::Items);
    let tuner = Tuner { probe: &probe, query: &rule.query, labels: labels.as_ref(), bar: &bar };
    let findings = find(&tuner, thresholds, &arguments).await;
    bar.clear();
    let findings = findings.map_err(|error| super::detect::refused(rule, &error, console))?;
    let mut output = Output::open(None)?;
    match arguments.format {
        ReportFormat::Text => write_text(&mut output, rule, &findings, arguments.labels.is_some())?,
        ReportFormat::Json => writeln!(output, "{:#}", as_json(rule, &findings))?,
    }
    if let Some(list) = &arguments.propose {
        propose(&mut output, list, &arguments, &findings, data.now, console)?;
    }
    output.finish()
}

/// The rule that is meant.
fn one_rule<'r>(rules: &[&'r Rule], name: Option<&str>) -> Result<&'r Rule, Failure> {
    let is_meant = |rule: &&&Rule| name.is_none_or(|name| rule.name.to_lowercase().contains(&name.to_lowercase()));
    match rules.iter().filter(is_meant).copied().collect::<Vec<_>>().as_slice() {
        [only] => Ok(only),
        found => {
            let all = if found.is_empty() { rules } else { found };
            let names: Vec<&str> = all.iter().map(|rule| rule.name.as_str()).collect();
            Err(Failure::Usage(format!("one rule is tuned at a time; --name says which of: {}", names.join("; "))))
        }
    }
}

fn chosen(found: Vec<Threshold>, named: &[String], console: &Console) -> Result<Vec<Threshold>, Failure> {
    if named == ["none"] {
        return Ok(vec![]);
    }
    let is_named =
        |threshold: &Threshold| named.is_empty() || named.iter().any(|name| threshold.name.contains(name.as_str()));
    if let Some(unknown) =
        named.iter().find(|name| !found.iter().any(|threshold| threshold.name.contains(name.as_str())))
    {
        let names: Vec<&str> = found.iter().map(|threshold| threshold.name.as_str()).collect();
        return Err(Failure::Usage(format!("`{unknown}` is no threshold; thresholds here: {}", names.join("; "))));
    }
    let mut chosen: Vec<Threshold> = found.into_iter().filter(is_named).collect();
    if chosen.len() > CURVES_MAX {
        console.note(&format!(
            "the first {CURVES_MAX} of {}; --threshold names others",
            counted(chosen.len(), "threshold")
        ));
        chosen.truncate(CURVES_MAX);
    }
    Ok(chosen)
}

async fn find(
    tuner: &Tuner<'_>,
    thresholds: Vec<Threshold>,
    arguments: &TuneArguments,
) -> Result<Findings, engine::Error> {
    let baseline = tuner.baseline().await?;
    let most = baseline.candidates.iter().take(arguments.candidates).map(|(exclusion, _)| exclusion);
    let mut tried: Vec<&Exclusion> = most.collect();
    tried
        .extend(arguments.exclude.iter().filter(|asked| !baseline.candidates.iter().any(|(known, _)| known == *asked)));
    let mut exclusions = vec![];
    for exclusion in tried {
        exclusions.push((exclusion.clone(), tuner.without(std::slice::from_ref(exclusion)).await?));
    }
    let chosen = match arguments.exclude.as_slice() {
        [] => None,
        exclude => Some(tuner.without(exclude).await?),
    };
    let mut curves = vec![];
    for threshold in thresholds {
        curves.push(tuner.curve(threshold).await?);
    }
    Ok(Findings { baseline, exclusions, chosen, curves })
}

/// `54 alerts`; with labels also how many are false, and how many attacks are found.
fn told(outcome: &Outcome) -> String {
    let alerts = counted(outcome.alerts, "alert");
    match outcome.score {
        None => alerts,
        Some(score) => format!(
            "{alerts} ({} false), {} of {} found",
            score.false_alerts,
            score.found,
            counted(score.attacks, "attack")
        ),
    }
}

fn write_text(output: &mut Output, rule: &Rule, findings: &Findings, has_labels: bool) -> Result<(), Failure> {
    let Findings { baseline, exclusions, chosen, curves } = findings;
    writeln!(output, "{}: {}", spell_controls(&rule.name), told(&baseline.outcome))?;
    writeln!(output, "\nalerts by {}", if has_labels { "family" } else { "program and domain" })?;
    for (group, count) in &baseline.groups {
        writeln!(output, "  {count:>7}  {}", spell_controls(group))?;
    }
    if !exclusions.is_empty() {
        writeln!(output, "\nwithout one program's connections to one domain")?;
    }
    for (exclusion, outcome) in exclusions {
        let name = format!("{}={}", exclusion.process, exclusion.suffix);
        writeln!(output, "  {:<48} {}{}", spell_controls(&name), told(outcome), loss(&baseline.outcome, outcome))?;
    }
    if let Some(outcome) = chosen {
        writeln!(output, "\nwithout all that is excluded: {}{}", told(outcome), loss(&baseline.outcome, outcome))?;
    }
    for curve in curves {
        writeln!(output, "\n{} (line {} of the query)", spell_controls(&curve.threshold.name), curve.threshold.line)?;
        for (text, is_own, outcome) in &curve.points {
            let mark = if *is_own { "*" } else { " " };
            let told = outcome.as_ref().map_or_else(|| "the query cannot run with it".to_owned(), told);
            writeln!(output, "  {mark} {text:>10}  {told}")?;
        }
    }
    Ok(())
}

fn loss(before: &Outcome, after: &Outcome) -> String {
    match (before.score, after.score) {
        (Some(before), Some(after)) if after.found < before.found => {
            format!("  LOSES {}", counted(before.found - after.found, "attack"))
        }
        _ => String::new(),
    }
}

fn as_json(rule: &Rule, findings: &Findings) -> Json {
    let exclusions = findings.exclusions.iter().map(|(exclusion, outcome)| {
        json!({"Process": exclusion.process, "Suffix": exclusion.suffix, "Outcome": outcome.json()})
    });
    let curves = findings.curves.iter().map(|curve| {
        let points = curve.points.iter().map(|(text, is_own, outcome)| {
            json!({"Value": text, "IsOwn": is_own, "Outcome": outcome.as_ref().map(Outcome::json)})
        });
        json!({"Threshold": curve.threshold.name, "Line": curve.threshold.line, "Points": points.collect::<Vec<_>>()})
    });
    let groups = findings.baseline.groups.iter().map(|(group, count)| json!({"Group": group, "Alerts": count}));
    json!({
        "Rule": rule.name,
        "Outcome": findings.baseline.outcome.json(),
        "Groups": groups.collect::<Vec<_>>(),
        "Exclusions": exclusions.collect::<Vec<_>>(),
        "Excluded": findings.chosen.as_ref().map(Outcome::json),
        "Curves": curves.collect::<Vec<_>>(),
    })
}

/// Shows the change of the allow-list, and makes it.
fn propose(
    output: &mut Output,
    path: &Path,
    arguments: &TuneArguments,
    findings: &Findings,
    now: i64,
    console: &Console,
) -> Result<(), Failure> {
    let lost = findings.chosen.as_ref().map(|after| loss(&findings.baseline.outcome, after)).unwrap_or_default();
    if !lost.is_empty() && !arguments.accept_loss {
        let text = format!("the exclusion{lost}; --accept-loss writes it all the same");
        return Err(Failure::Environment(text));
    }
    let text = |value: &Option<String>| value.as_deref().unwrap_or_default().trim().to_owned();
    let expires = text(&arguments.expires);
    if parse_datetime(&expires).is_none_or(|expires| expires <= now) {
        let day = format_datetime(now);
        return Err(Failure::Usage(format!(
            "--expires {expires}: expected a day after {}",
            day.get(..10).unwrap_or(&day)
        )));
    }
    let added = format_datetime(now);
    let added = added.get(..10).unwrap_or(&added).to_owned();
    let answer = Answer { owner: text(&arguments.owner), reason: text(&arguments.reason), added, expires };
    if answer.owner.is_empty() || answer.reason.is_empty() {
        return Err(Failure::Usage(
            "--owner and --reason: somebody must answer for an exclusion, and say why".to_owned(),
        ));
    }
    let unreadable = |error| Failure::Environment(format!("cannot read `{}`: {error}", path.display()));
    let list = if path.exists() { fs::read_to_string(path).map_err(unreadable)? } else { String::new() };
    let name = path.display().to_string();
    let change = proposal::add(&name, &list, &arguments.exclude, &answer).map_err(Failure::Environment)?;
    for known in &change.known {
        console.note(&format!("`{name}` has {}={} already", known.process, known.suffix));
    }
    // With JSON on stdout the difference is for stderr.
    match arguments.format {
        ReportFormat::Text => write!(output, "\n{}", change.diff)?,
        ReportFormat::Json => change.diff.lines().for_each(|line| console.line(line)),
    }
    if !arguments.dry_run && !change.diff.is_empty() {
        let mut file = Output::open(Some(path))?;
        file.write_all(change.text.as_bytes())?;
        file.finish()?;
        console.note(&format!("`{name}` is changed; review it as any other change"));
    }
    Ok(())
}
