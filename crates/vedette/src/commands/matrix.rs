//! `vedette matrix`: which detection of a pack sees which of its tests, in whose records, and why not.

use std::io::Write as _;

use clap::Args;
use detect::Pack;
use detect::atomic::Atomic;
use serde_json::json;

use super::simulate::find_test;
use super::verify::ReportFormat;
use crate::arguments::{LimitOptions, datetime};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::matrix::{self, Cell, Plan};
use crate::output::Output;
use crate::render::counted;
use crate::simulate::emit::Product;

/// Runs every detection of a pack over the simulated telemetry of each of its tests
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MatrixArguments {
    /// A folder, or the name of a pack that comes with vedette
    #[arg(value_name = "PACK")]
    pack: String,
    /// Only these tests (may be repeated)
    #[arg(long, value_name = "TEST")]
    test: Vec<String>,
    /// Only the records of these products (may be repeated) [default: windows-json, defender, zeek]
    #[arg(long, value_enum, value_name = "PRODUCT")]
    source: Vec<Product>,
    /// How many hosts there are; the test is run on the first
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1_000), value_name = "COUNT")]
    hosts: u32,
    /// The same seed gives the same telemetry
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// When the tests begin
    #[arg(long, value_parser = datetime, default_value = "2026-03-02T09:00:00Z", value_name = "DATETIME")]
    start: i64,
    /// How the answer is written
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Ends with exit code 1 when a test is seen by no detection in any record
    #[arg(long)]
    fail_on_gap: bool,
    /// Packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<std::path::PathBuf>,
}

const EXAMPLES: &str = "\
A detection fires when it gives a row with the test that it does not give for the same hosts and the same day without it.
Where it does not, the reason is the first stage of its query that let no row of the test pass.

Examples:
  vedette matrix t1583.004
  vedette matrix t1583.004 --test beacon-check-in --source windows-json
  vedette matrix packs/mine --format json --fail-on-gap";

/// Minutes of the day around a test.
const MINUTES: i64 = 90;

/// Runs the command.
pub(crate) async fn run(arguments: MatrixArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content_of(arguments.content.as_deref(), &[])?;
    let engine = executor::engine(&LimitOptions::default())?;
    let packs = super::simulate::packs(Some(&arguments.pack), &content, console)?;
    let Some(pack) = packs.first().filter(|pack| !pack.atomics.is_empty()) else {
        return Err(Failure::Usage(format!("`{}` has no tests (a folder atomics/)", arguments.pack)));
    };
    let tests: Vec<&Atomic> = match arguments.test.as_slice() {
        [] => pack.atomics.iter().filter(|atomic| atomic.behavior.is_some()).collect(),
        names => names.iter().map(|name| Ok(find_test(&packs, name)?.1)).collect::<Result<_, Failure>>()?,
    };
    let plan = Plan {
        products: match arguments.source.as_slice() {
            [] => vec![Product::WindowsJson, Product::Defender, Product::Zeek],
            products => products.to_vec(),
        },
        hosts: usize::try_from(arguments.hosts).unwrap_or(1),
        seed: arguments.seed,
        start: arguments.start,
        minutes: MINUTES,
    };
    let cells = matrix::fill(pack, &tests, (&engine, &content), &plan).await?;
    let unseen: Vec<&str> = tests
        .iter()
        .filter(|test| !cells.iter().any(|cell| cell.test == test.slug && cell.rows > 0))
        .map(|test| test.slug.as_str())
        .collect();
    let mut output = Output::open(None)?;
    match arguments.format {
        ReportFormat::Text => write_text(&mut output, pack, &tests, &cells)?,
        ReportFormat::Json => {
            let rows: Vec<_> = cells.iter().map(Cell::json).collect();
            let whole = json!({"Pack": pack.name, "Seed": plan.seed, "Unseen": unseen, "Cells": rows});
            writeln!(output, "{whole:#}")?;
        }
    }
    output.finish()?;
    let seen = tests.len() - unseen.len();
    console.note(&format!("{seen} of {} seen by a detection", counted(tests.len(), "test")));
    if arguments.fail_on_gap && !unseen.is_empty() { Err(Failure::Refused) } else { Ok(()) }
}

/// A block for each test: a line for each detection, and below it why it does not fire.
fn write_text(output: &mut Output, pack: &Pack, tests: &[&Atomic], cells: &[Cell]) -> Result<(), Failure> {
    for (at, test) in tests.iter().enumerate() {
        if at > 0 {
            writeln!(output)?;
        }
        writeln!(output, "{} {} ({})", test.number, test.name, test.slug)?;
        for query in matrix::queries(pack) {
            let of_query: Vec<&Cell> = cells
                .iter()
                .filter(|cell| cell.test == test.slug && cell.detection == query.name && cell.kind == query.kind)
                .collect();
            let words = of_query.iter().map(|cell| {
                let word = if cell.rows > 0 { "fired" } else { "-" };
                format!("{}: {word:<5}", cell.product.name())
            });
            let name = if query.kind == "covering" { format!("query of {}", query.name) } else { query.name.clone() };
            writeln!(output, "  {name}")?;
            writeln!(output, "    {}", words.collect::<Vec<_>>().join("   "))?;
            for (sources, reason) in reasons(&of_query) {
                writeln!(output, "      {}: {}", sources.join(", "), crate::render::spell_controls(&reason))?;
            }
        }
    }
    Ok(())
}

/// Reasons with the products that share them, in the order of the products.
fn reasons(cells: &[&Cell]) -> Vec<(Vec<&'static str>, String)> {
    let mut reasons: Vec<(Vec<&'static str>, String)> = vec![];
    for cell in cells {
        let Some(reason) = &cell.reason else { continue };
        match reasons.iter_mut().find(|(_, known)| known == reason) {
            Some((products, _)) => products.push(cell.product.name()),
            None => reasons.push((vec![cell.product.name()], reason.clone())),
        }
    }
    reasons
}
