//! `vedette coverage`: which ATT&CK techniques packs cover, by what, and what each needs to see them.
//!
//! In: packs. Out: a matrix for people, a row per technique and item for programs, and a layer for ATT&CK Navigator. Runs no query.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray};
use clap::Args;
use detect::coverage::{Filled, Item, ItemKind, items};
use detect::{Attack, Pack};
use engine::Rows;
use lake::Content;
use semantics::Type;
use serde_json::{Value as Json, json};

use super::detect::load_pack;
use crate::arguments::{Format, OutputOptions};
use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table, counted};

/// Shows which ATT&CK techniques packs cover, and what data that takes
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CoverageArguments {
    /// Rules and hunting queries: files, folders, or packs that come with vedette [default: all that come with it]
    #[arg(value_name = "PACK")]
    packs: Vec<String>,
    /// Writes a layer for ATT&CK Navigator (format 4.5), which colors each technique by how much covers it
    #[arg(long, value_name = "FILE")]
    layer: Option<PathBuf>,
    /// Tables, sources, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Formats:
  table shows a line per technique; the others hold an object per technique and what covers it, with
  Technique, Name, Tactics, Kind, Pack, Item, Title, Severity, Cases, Tables, Sources

Examples:
  vedette coverage
  vedette coverage t1583.004 my-rules/ --layer layer.json
  vedette coverage --format ndjson | jq 'select(.Kind == \"detection\" and .Cases == 0)'";

/// Runs the command.
pub(crate) fn run(arguments: &CoverageArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content_of(arguments.content.as_deref(), &[])?;
    let attack = Attack::of(&content).map_err(|problem| Failure::Environment(problem.to_string()))?;
    let (packs, worst) = load(&arguments.packs, &content, console)?;
    let items = items(&packs, &Filled::of(&content));
    let unproven = packs.iter().flat_map(|pack| &pack.detections).filter(|detection| detection.cases.is_empty());
    let unproven = unproven.count();
    if let Some(path) = &arguments.layer {
        write_layer(path, &layer(&packs, &items, &attack))?;
    }
    write(&items, &attack, &arguments.output)?;
    let techniques: BTreeSet<&str> = items.iter().map(|item| item.technique.as_str()).collect();
    let mut note = format!("{} in {}", counted(techniques.len(), "technique"), counted(packs.len(), "pack"));
    if unproven > 0 {
        note.push_str(&format!("; {} without a case that proves it", counted(unproven, "rule")));
    }
    console.note(&note);
    worst.map_or(Ok(()), Err)
}

fn load(names: &[String], content: &Content, console: &Console) -> Result<(Vec<Pack>, Option<Failure>), Failure> {
    let names = match names {
        [] => content.names("packs").into_iter().collect(),
        names => names.to_vec(),
    };
    let (mut packs, mut worst) = (vec![], None);
    for name in names {
        let (pack, failure) = load_pack(&name, content, console)?;
        worst = worst.or(failure);
        packs.push(pack);
    }
    Ok((packs, worst))
}

fn write(items: &[Item], attack: &Attack, options: &OutputOptions) -> Result<(), Failure> {
    let rows = match options.format() {
        Format::Table => matrix(items, attack)?,
        Format::Json | Format::Ndjson | Format::Csv | Format::Parquet => listing(items, attack)?,
    };
    let mut output = Output::open(options.output.as_deref())?;
    render::write(&mut output, options.format(), &[Table { name: "Coverage".to_owned(), rows }])?;
    output.finish()
}

/// What covers one technique.
fn by_technique(items: &[Item]) -> BTreeMap<&str, Vec<&Item>> {
    let mut techniques: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        techniques.entry(&item.technique).or_default().push(item);
    }
    techniques
}

/// A line per technique.
fn matrix(items: &[Item], attack: &Attack) -> Result<Rows, Failure> {
    let mut columns: [Vec<String>; 8] = Default::default();
    for (technique, items) in by_technique(items) {
        let slugs = |kind: ItemKind| {
            let of_kind = items.iter().filter(|item| item.kind == kind).map(|item| item.slug.as_str());
            of_kind.collect::<Vec<_>>().join(", ")
        };
        let severity = items.iter().filter_map(|item| item.severity).max();
        let cells = [
            technique.to_owned(),
            attack.name(technique),
            severity.map_or_else(String::new, |severity| severity.name().to_owned()),
            slugs(ItemKind::Detection),
            slugs(ItemKind::Hunt),
            slugs(ItemKind::Test),
            joined(items.iter().flat_map(|item| &item.tables)),
            joined(items.iter().flat_map(|item| &item.sources)),
        ];
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    let [technique, name, severity, detections, hunts, tests, tables, sources] =
        columns.map(|column| -> ArrayRef { Arc::new(StringViewArray::from_iter_values(column)) });
    render::listing([
        ("Technique", Type::String, technique),
        ("Name", Type::String, name),
        ("Severity", Type::String, severity),
        ("Detections", Type::String, detections),
        ("Hunts", Type::String, hunts),
        ("Tests", Type::String, tests),
        ("Tables", Type::String, tables),
        ("Sources", Type::String, sources),
    ])
}

/// Each text once, in order.
fn joined<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let texts: BTreeSet<&str> = texts.map(String::as_str).collect();
    texts.into_iter().collect::<Vec<_>>().join(", ")
}

/// A row per technique and what covers it.
fn listing(items: &[Item], attack: &Attack) -> Result<Rows, Failure> {
    let texts = |of: &dyn Fn(&Item) -> String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(items.iter().map(of)))
    };
    let cases = items.iter().map(|item| i64::try_from(item.case_count).unwrap_or(i64::MAX));
    let severity = |item: &Item| item.severity.map_or("", detect::Severity::name).to_owned();
    render::listing([
        ("Technique", Type::String, texts(&|item| item.technique.clone())),
        ("Name", Type::String, texts(&|item| attack.name(&item.technique))),
        ("Tactics", Type::Dynamic, texts(&|item| json!(attack.tactics(&item.technique)).to_string())),
        ("Kind", Type::String, texts(&|item| item.kind.name().to_owned())),
        ("Pack", Type::String, texts(&|item| item.pack.clone())),
        ("Item", Type::String, texts(&|item| item.slug.clone())),
        ("Title", Type::String, texts(&|item| item.title.clone())),
        ("Severity", Type::String, texts(&severity)),
        ("Cases", Type::Long, Arc::new(Int64Array::from_iter_values(cases)) as ArrayRef),
        ("Tables", Type::Dynamic, texts(&|item| json!(item.tables).to_string())),
        ("Sources", Type::Dynamic, texts(&|item| json!(item.sources).to_string())),
    ])
}

/// A layer of ATT&CK Navigator, in its format 4.5: the score of a technique is how many rules, hunts and tests there are of it.
fn layer(packs: &[Pack], items: &[Item], attack: &Attack) -> Json {
    let techniques = by_technique(items);
    let most = techniques.values().map(Vec::len).max().unwrap_or(0);
    let entries = techniques.iter().map(|(technique, items)| {
        let named = |item: &&Item| format!("{} {}/{}: {}", item.kind.name(), item.pack, item.slug, item.title);
        let comment: Vec<String> = items.iter().map(named).collect();
        let metadata = [
            ("tables", joined(items.iter().flat_map(|item| &item.tables))),
            ("sources", joined(items.iter().flat_map(|item| &item.sources))),
        ];
        // Navigator refuses a value that is empty.
        let metadata = metadata.into_iter().filter(|(_, value)| !value.is_empty());
        let metadata: Vec<Json> = metadata.map(|(name, value)| json!({"name": name, "value": value})).collect();
        let is_parent = techniques.keys().any(|other| other.starts_with(&format!("{technique}.")));
        json!({
            "techniqueID": technique, "score": items.len(), "comment": comment.join("\n"), "enabled": true,
            "metadata": metadata, "links": [], "showSubtechniques": is_parent,
        })
    });
    let names: Vec<&str> = packs.iter().map(|pack| pack.name.as_str()).collect();
    json!({
        "name": "vedette coverage",
        "versions": {"attack": attack.version, "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": format!("Rules, hunting queries and tests of {}", names.join(", ")),
        "sorting": 3,
        "layout": {"layout": "side", "showName": true, "showID": true, "showAggregateScores": false, "countUnscored": false},
        "hideDisabled": false,
        "techniques": entries.collect::<Vec<Json>>(),
        // A gradient from a value to itself is none.
        "gradient": {"colors": ["#ffffff", "#66b1ff"], "minValue": 0, "maxValue": most.max(1)},
        "legendItems": [],
        "metadata": [],
        "links": [],
        "showTacticRowBackground": false,
        "selectTechniquesAcrossTactics": true,
        "selectSubtechniquesWithParent": false,
    })
}

fn write_layer(path: &Path, layer: &Json) -> Result<(), Failure> {
    let mut output = Output::open(Some(path))?;
    writeln!(output, "{layer:#}")?;
    output.finish()
}
