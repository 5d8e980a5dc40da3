//! `vedette hunt`: hunting queries over files → the rows that a person looks at.
//!
//! A hunt is a rule without a schedule: it never alerts, and what it finds is a question. A hunt that is wrong never stops the others.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray};
use clap::Args;
use detect::rule::Grouping;
use detect::run::{Run, SchemaMode};
use detect::{Detection, Rule};
use engine::Rows;
use lake::{Content, Watchlist};
use semantics::Type;
use serde_json::json;

use super::detect::{load_packs, of_others, refused, say};
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

/// Runs hunting queries over files and shows what they find
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HuntArguments {
    /// Hunting queries as published (Sentinel's YAML): a file, a folder, the name of a pack that comes with vedette, or one of its hunts
    #[arg(required = true, value_name = "PACK[/HUNT]")]
    hunts: Vec<String>,
    /// Lists the hunts instead of running them
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Formats:
  table shows each hunt that found something with its rows; the others hold one object per row, with
  Hunt, HuntId, Name, Tactics, Techniques, Entities, Row

Examples:
  vedette hunt t1583.004 --list
  vedette hunt t1583.004 --data logs/
  vedette hunt t1583.004/beacons-by-gaps --data conn.log --now 2024-05-01
  vedette hunt my-hunts/ --data logs/ --format ndjson -o found.ndjson";

/// A hunt that found something.
struct Found<'a> {
    hunt: &'a Detection,
    run: Run,
}

/// Runs the command.
pub(crate) async fn run(arguments: HuntArguments, console: &Console) -> Result<(), Failure> {
    let engine = executor::engine(&arguments.data.limits)?;
    let content = data::content(&arguments.data)?;
    let mut hunts = load(&arguments.hunts, &content, console)?;
    if arguments.list {
        write_list(&hunts.hunts, &arguments.output)?;
        console.note(&counted(hunts.hunts.len(), "hunt"));
        return hunts.worst.map_or(Ok(()), Err);
    }
    let data = data::open_with(&arguments.data, content, hunts.watchlists, console).await?;
    let mode = if arguments.data.strict_schema { SchemaMode::Strict } else { SchemaMode::Lenient };
    let bar = Bar::new(console, "hunts", hunts.hunts.len(), Unit::Items);
    let (mut found, mut failed) = (vec![], 0);
    for hunt in &hunts.hunts {
        let run = detect::run::run(&hunt.rule, &engine, Arc::clone(&data.database), data.now, mode);
        match panics::catch_in(run).await.unwrap_or_else(|panic| Err(engine::Error::Bug(panic))) {
            Ok(run) => {
                bar.aside(|| say(&hunt.rule, &run, console));
                if !run.table.rows.is_empty() {
                    found.push(Found { hunt, run });
                }
            }
            Err(error) => {
                failed += 1;
                hunts.worst.get_or_insert(bar.aside(|| refused(&hunt.rule, &error, console)));
            }
        }
        bar.step();
    }
    bar.clear();
    write(&found, &arguments.output)?;
    console.note(&summary(&found, hunts.hunts.len(), failed));
    hunts.worst.map_or(Ok(()), Err)
}

/// The hunts that were named, the watchlists beside them, and the first failure met while reading them.
struct Hunts {
    hunts: Vec<Detection>,
    watchlists: Vec<Watchlist>,
    worst: Option<Failure>,
}

fn load(names: &[String], content: &Content, console: &Console) -> Result<Hunts, Failure> {
    let mut hunts = Hunts { hunts: vec![], watchlists: vec![], worst: None };
    for name in names {
        let (pack, only) = named(name);
        let packs = load_packs(&[pack.to_owned()], content, console)?;
        let (of_pack, rules): (Vec<_>, Vec<_>) = packs.detections.into_iter().partition(Detection::is_hunt);
        if of_pack.is_empty() && packs.worst.is_none() {
            let rules = if rules.is_empty() { "" } else { "; `vedette detect` runs its rules" };
            return Err(Failure::Usage(format!("`{pack}` holds no hunting query{rules}")));
        }
        let slugs: Vec<String> = of_pack.iter().map(|hunt| hunt.slug().to_owned()).collect();
        let before = hunts.hunts.len();
        hunts.hunts.extend(of_pack.into_iter().filter(|hunt| only.is_none_or(|only| hunt.slug() == only)));
        if let Some(only) = only.filter(|_| hunts.hunts.len() == before) {
            return Err(Failure::Usage(format!("`{pack}` has no hunt `{only}`; hunts there: {}", slugs.join(", "))));
        }
        hunts.watchlists.extend(packs.watchlists);
        hunts.worst = hunts.worst.or(packs.worst);
    }
    Ok(hunts)
}

/// `PACK/HUNT` as its parts; a path that exists is a pack as it stands.
fn named(name: &str) -> (&str, Option<&str>) {
    match name.trim_end_matches('/').rsplit_once('/') {
        Some((pack, hunt)) if !pack.is_empty() && !Path::new(name).exists() => (pack, Some(hunt)),
        _ => (name, None),
    }
}

fn write_list(hunts: &[Detection], options: &OutputOptions) -> Result<(), Failure> {
    let texts = |of: fn(&Detection) -> String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(hunts.iter().map(of)))
    };
    let cases = hunts.iter().map(|hunt| i64::try_from(hunt.cases.len()).unwrap_or(i64::MAX));
    let rows = render::listing([
        ("Hunt", Type::String, texts(|hunt| hunt.slug().to_owned())),
        ("Name", Type::String, texts(|hunt| hunt.rule.name.clone())),
        ("Techniques", Type::String, texts(|hunt| hunt.rule.techniques.join(", "))),
        ("Tables", Type::String, texts(|hunt| hunt.rule.data_types.join(", "))),
        ("Cases", Type::Long, Arc::new(Int64Array::from_iter_values(cases)) as ArrayRef),
    ])?;
    let mut output = Output::open(options.output.as_deref())?;
    render::write(&mut output, options.format(), &[Table { name: "Hunts".to_owned(), rows }])?;
    output.finish()
}

fn write(found: &[Found], options: &OutputOptions) -> Result<(), Failure> {
    let mut output = Output::open(options.output.as_deref())?;
    match options.format() {
        Format::Table => {
            for (index, Found { hunt, run }) in found.iter().enumerate() {
                if index > 0 {
                    writeln!(output)?;
                }
                let rows = counted(run.table.rows.len(), "row");
                let name = render::spell_controls(&hunt.rule.name);
                writeln!(output, "{name} [{}] {rows}", render::spell_controls(hunt.slug()))?;
                render::write_aligned(&mut output, &run.table.columns, &run.table.rows)?;
            }
        }
        format @ (Format::Json | Format::Ndjson | Format::Csv | Format::Parquet) => {
            let table = Table { name: "Hunts".to_owned(), rows: rows(found)? };
            render::write(&mut output, format, std::slice::from_ref(&table))?;
        }
    }
    output.finish()
}

/// One row per row found, with what it is about.
fn rows(found: &[Found]) -> Result<Rows, Failure> {
    let mut columns: [Vec<String>; 7] = Default::default();
    for Found { hunt, run } in found {
        // What a row is about is told as an alert would tell it, were there one per row.
        let rule = Rule { grouping: Grouping::AlertPerResult, ..hunt.rule.clone() };
        for alert in detect::alerts(&rule, &run.table) {
            let mut row = vec![];
            for values in alert.rows.iter().filter_map(|row| run.table.rows.get(*row)) {
                // Memory takes everything: writing to it does not fail.
                let _ = render::write_object(&mut row, &run.table.columns, values);
            }
            let cells = [
                hunt.slug().to_owned(),
                rule.id.clone(),
                rule.name.clone(),
                json!(rule.tactics).to_string(),
                json!(rule.techniques).to_string(),
                alerts::entities(&alert),
                String::from_utf8_lossy(&row).into_owned(),
            ];
            columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        }
    }
    let [hunt, id, name, tactics, techniques, entities, row] =
        columns.map(|column| -> ArrayRef { Arc::new(StringViewArray::from_iter_values(column)) });
    render::listing([
        ("Hunt", Type::String, hunt),
        ("HuntId", Type::String, id),
        ("Name", Type::String, name),
        ("Tactics", Type::Dynamic, tactics),
        ("Techniques", Type::Dynamic, techniques),
        ("Entities", Type::Dynamic, entities),
        ("Row", Type::Dynamic, row),
    ])
}

/// `3 rows from 1 hunt`, and what became of the others.
fn summary(found: &[Found], hunt_count: usize, failed: usize) -> String {
    let row_count = found.iter().map(|found| found.run.table.rows.len()).sum();
    let mut text = match found.len() {
        0 => "no rows".to_owned(),
        hunts => format!("{} from {}", counted(row_count, "row"), counted(hunts, "hunt")),
    };
    text.push_str(&of_others(hunt_count, found.len(), failed, "hunt"));
    text
}
