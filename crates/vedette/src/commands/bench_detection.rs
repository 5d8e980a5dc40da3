//! `vedette bench-detection`: rules over a labelled folder → what they find of what is there, and how much else.
//!
//! The rules run as `detect` runs them; the scoring is [`detect::bench`]'s. Says how to find labels, and draws.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use detect::bench::{self, Key, Labels, Score};
use detect::run::SchemaMode;
use detect::{Detection, Table};
use engine::{Executor, Request};
use plotters::prelude::*;
use serde_json::{Value as Json, json};

use super::detect::{load_packs, refused};
use crate::arguments::{DataOptions, LimitOptions, datetime};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::spell_controls;

/// Measures rules on labelled telemetry: recall per family, false positives per 1000 host-days
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BenchDetectionArguments {
    /// Rules: a file, a folder, or the name of a pack that comes with vedette
    #[arg(required = true, value_name = "RULE|PACK")]
    rules: Vec<String>,
    /// The labelled folder
    #[arg(short, long, value_name = "DIR")]
    data: PathBuf,
    /// Columns that make one false positive, `|` between those of which the first that is not empty counts
    #[arg(long, default_value = "DeviceName,RemoteUrl|RemoteIP", value_name = "COLUMNS")]
    key: String,
    /// What now() is; without it, that of meta.json
    #[arg(long, value_parser = datetime, value_name = "DATETIME")]
    now: Option<i64>,
    /// How many hosts were watched; without it, as meta.json says
    #[arg(long, value_name = "COUNT")]
    hosts: Option<u32>,
    /// How many days a run of the rule judges
    #[arg(long, default_value_t = 1.0, value_name = "DAYS")]
    judged_days: f64,
    /// Writes the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draws recall per family as SVG
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
}

const EXAMPLES: &str = "\
A labelled folder holds
  events/      telemetry in any form that vedette reads
  labels.csv   (or labels.parquet) columns of the events (DeviceName, RemoteUrl …), family, malicious (true, false), and flow:
               which implant a row belongs to; without it a family on a device is one
  meta.json    {\"now\": \"2026-03-12T00:00:00Z\", \"hosts\": 240}; or --now and --hosts

An implant is found when an alert agrees with one of its labels in all columns that both have.

Examples:
  vedette bench-detection t1583.004 --data set/ --json figures.json --chart recall.svg
  vedette bench-detection rule.yaml --data set/ --key DeviceName,InitiatingProcessFileName";

/// Runs the command.
pub(crate) async fn run(arguments: BenchDetectionArguments, console: &Console) -> Result<(), Failure> {
    let (now, hosts) = meta(&arguments)?;
    let folder = &arguments.data;
    let labels = ["labels.csv", "labels.parquet"].iter().map(|name| folder.join(name)).find(|path| path.exists());
    let labels = labels
        .ok_or_else(|| Failure::Usage(format!("`{}` holds no labels.csv or labels.parquet", folder.display())))?;
    let mut options = DataOptions::default();
    options.data = vec![folder.join("events")];
    options.table = vec![(LABELS.to_owned(), labels)];
    options.now = Some(now);
    options.limits = arguments.limits.clone();
    let engine = executor::engine(&options.limits)?;
    let content = data::content(&options)?;
    let packs = load_packs(&arguments.rules, &content, console)?;
    let data = data::open_with(&options, content, packs.watchlists, console).await?;
    let answer = engine.query(&Request::new(LABELS.to_owned(), now), Arc::clone(&data.database)).await;
    let rows = answer.map_err(|error| executor::failure(&error))?.results.into_iter().next();
    let rows = rows.ok_or_else(|| Failure::Bug("a table without rows of any kind".to_owned()))?;
    let table = Table { rows: rows.iter().collect(), columns: rows.columns };
    let labels = Labels::read(&table).map_err(Failure::Usage)?;
    let key = Key::parse(&arguments.key);
    let host_days = f64::from(hosts) * arguments.judged_days;
    let mut worst = packs.worst;
    let mut scores = vec![];
    for detection in &packs.detections {
        let run =
            detect::run::run(&detection.rule, &engine, Arc::clone(&data.database), now, SchemaMode::Lenient).await;
        let run = match run {
            Ok(run) => run,
            Err(error) => {
                worst.get_or_insert(refused(&detection.rule, &error, console));
                continue;
            }
        };
        let missing = key.missing(&run.table);
        if !missing.is_empty() {
            console.error(&format!("`{}` gives no {}; --key names others", detection.rule.name, missing.join(", ")));
            worst.get_or_insert(Failure::Usage(String::new()).said());
            continue;
        }
        match bench::score(&labels, &run.table, &key, host_days) {
            Ok(score) => scores.push((detection, score)),
            Err(reason) => {
                console.error(&format!("`{}`: {reason}", detection.rule.name));
                worst.get_or_insert(Failure::Refused);
            }
        }
    }
    tell(&scores, &arguments)?;
    worst.map_or(Ok(()), Err)
}

/// The name under which the labels are a table.
const LABELS: &str = "DetectionLabels";

/// The moment and the number of hosts: what was asked for, or what the folder says.
fn meta(arguments: &BenchDetectionArguments) -> Result<(i64, u32), Failure> {
    let path = arguments.data.join("meta.json");
    let meta: Json = match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| Failure::Environment(format!("`{}` is no JSON: {error}", path.display())))?,
        Err(_) => Json::Null,
    };
    let now = arguments.now.or_else(|| datetime(meta.get("now")?.as_str()?).ok());
    let hosts = arguments.hosts.or_else(|| u32::try_from(meta.get("hosts")?.as_u64()?).ok()).filter(|hosts| *hosts > 0);
    match (now, hosts) {
        (Some(now), Some(hosts)) if arguments.judged_days > 0.0 => Ok((now, hosts)),
        (None, _) => Err(Failure::Usage("no moment to judge at: give --now, or \"now\" in meta.json".to_owned())),
        _ => Err(Failure::Usage(
            "no host-days: give --hosts, or \"hosts\" in meta.json, and more than no days".to_owned(),
        )),
    }
}

fn tell(scores: &[(&Detection, Score)], arguments: &BenchDetectionArguments) -> Result<(), Failure> {
    let mut output = Output::open(None)?;
    for (detection, score) in scores {
        let (found, all) = score.implants();
        let name = spell_controls(&detection.rule.name);
        writeln!(
            output,
            "{name}\n  recall {:.3} ({found} of {all}), {:.1} false positives per 1000 host-days",
            score.recall(),
            score.rate()
        )?;
        for (family, (found, all)) in &score.families {
            writeln!(output, "  {found:>5} of {all:<5} {}", spell_controls(family))?;
        }
        let mut wrong: Vec<(&String, &usize)> = score.false_positives.iter().collect();
        wrong.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (family, count) in wrong {
            writeln!(output, "  {count:>5} false    {}", spell_controls(family))?;
        }
    }
    output.finish()?;
    if let Some(path) = &arguments.json {
        let mut output = Output::open(Some(path))?;
        writeln!(output, "{}", json!({ "detections": scores.iter().map(figures).collect::<Vec<_>>() }))?;
        output.finish()?;
    }
    arguments.chart.as_deref().map_or(Ok(()), |path| draw(scores, path))
}

fn figures((detection, score): &(&Detection, Score)) -> Json {
    let families: serde_json::Map<String, Json> = score
        .families
        .iter()
        .map(|(family, (found, all))| (family.clone(), json!({ "found": found, "implants": all })))
        .collect();
    let (found, all) = score.implants();
    json!({ "id": detection.rule.id, "name": detection.rule.name, "recall": score.recall(), "found": found, "implants": all,
        "false_positives": score.false_positives.values().sum::<usize>(), "host_days": score.host_days,
        "false_positives_per_1000_host_days": score.rate(), "families": families, "false_positives_by_family": score.false_positives })
}

/// Pixels of a row.
const ROW: i32 = 18;
/// Pixels of the names.
const NAMES: i32 = 220;
/// Pixels of a bar of recall 1.
const BAR: i32 = 400;

/// A bar per family, one picture for all detections.
fn draw(scores: &[(&Detection, Score)], path: &Path) -> Result<(), Failure> {
    let rows: usize = scores.iter().map(|(_, score)| score.families.len() + 3).sum();
    let height = u32::try_from(rows).unwrap_or(u32::MAX).saturating_mul(18).max(18);
    let mut svg = String::new();
    let drawn = bars(&mut svg, scores, height);
    drawn.map_err(|error| Failure::Bug(format!("a chart: {error}")))?;
    let mut output = Output::open(Some(path))?;
    writeln!(output, "{svg}")?;
    output.finish()
}

fn bars(svg: &mut String, scores: &[(&Detection, Score)], height: u32) -> Result<(), String> {
    let root = SVGBackend::with_string(svg, (700, height)).into_drawing_area();
    root.fill(&WHITE).map_err(said)?;
    let style = ("sans-serif", 12).into_font();
    let mut y = ROW / 2;
    for (detection, score) in scores {
        let (recall, rate) = (score.recall(), score.rate());
        let title =
            format!("{}: recall {recall:.3}, {rate:.0} false positives per 1000 host-days", detection.rule.name);
        root.draw(&Text::new(title, (8, y), style.clone())).map_err(said)?;
        y += ROW + ROW / 2;
        for (family, (found, all)) in &score.families {
            let share = *found as f64 / (*all).max(1) as f64;
            root.draw(&Text::new(family.clone(), (16, y), style.clone())).map_err(said)?;
            let end = NAMES + (f64::from(BAR) * share).round() as i32;
            let bar = Rectangle::new([(NAMES, y), (end, y + ROW - 5)], BLUE.mix(0.6).filled());
            root.draw(&bar).map_err(said)?;
            root.draw(&Text::new(format!("{found}/{all}"), (NAMES + BAR + 8, y), style.clone())).map_err(said)?;
            y += ROW;
        }
        y += ROW;
    }
    root.present().map_err(said)
}

fn said(error: impl Display) -> String {
    error.to_string()
}
