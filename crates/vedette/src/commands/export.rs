//! `vedette export`: a rule → what another product takes it as.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use detect::Rule;
use detect::export::{self, Target};
use engine::Request;

use super::detect::{load_packs, refused};
use crate::arguments::DataOptions;
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;

/// Writes a rule as another product takes it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArguments {
    /// A rule: a file, or a pack of which --filter names one rule
    #[arg(value_name = "RULE|PACK")]
    rule: String,
    /// For whom
    #[arg(long, value_enum, value_name = "TARGET")]
    to: To,
    /// The rule whose file or name holds this text (whatever its case)
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Writes to a file, which appears when it is complete; - is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Tables, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
}

/// The targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// A deployment template of Azure with the analytics rule of Sentinel
    Arm,
    /// Sentinel's YAML, as received
    SentinelYaml,
    /// A custom detection of Defender XDR, as JSON
    Defender,
}

const EXAMPLES: &str = "\
Defender's custom detections need Timestamp, ReportId and DeviceId. A query that ends in one `summarize` is given what it lacks, and a note says so;
others are refused. What was exported is bound again before it is written.

Examples:
  vedette export rule.yaml --to arm --output rule.json
  vedette export t1583.004 --filter rare-periodic --to defender";

/// Runs the command.
pub(crate) async fn run(arguments: ExportArguments, console: &Console) -> Result<(), Failure> {
    let mut options = DataOptions::default();
    options.content = arguments.content.clone();
    let content = data::content(&options)?;
    let packs = load_packs(std::slice::from_ref(&arguments.rule), &content, console)?;
    let filter = arguments.filter.as_deref().unwrap_or_default().to_lowercase();
    let is_named = |rule: &Rule| [&rule.name, &rule.file].iter().any(|text| text.to_lowercase().contains(&filter));
    let rules: Vec<&Rule> =
        packs.detections.iter().map(|detection| &detection.rule).filter(|rule| is_named(rule)).collect();
    let [rule] = rules[..] else {
        let names: Vec<&str> = rules.iter().map(|rule| rule.file.as_str()).collect();
        return Err(Failure::Usage(format!("one rule at a time; --filter chooses among: {}", names.join(", "))));
    };
    let source = match content.text(&rule.file) {
        Ok(Some(text)) => text.into_owned(),
        _ => std::fs::read_to_string(&rule.file)
            .map_err(|error| Failure::Environment(format!("cannot read `{}`: {error}", rule.file)))?,
    };
    let engine = executor::engine(&options.limits)?;
    let data = data::open(&options, content, console).await?;
    let columns = |query: &str| -> Result<Vec<String>, engine::Error> {
        let request = Request { functions: Arc::clone(&rule.functions), ..Request::new(query.to_owned(), data.now) };
        let (bound, _) = engine.bind(&request, data.database.as_ref())?;
        let schema = bound.results.first().map(|result| &result.schema);
        Ok(schema.into_iter().flatten().map(|column| column.name.clone()).collect())
    };
    let found = columns(&rule.query).map_err(|error| refused(rule, &error, console))?;
    let target = match arguments.to {
        To::Arm => Target::Arm,
        To::SentinelYaml => Target::SentinelYaml,
        To::Defender => Target::Defender,
    };
    let exported = export::export(rule, &source, &found, target).map_err(|reason| {
        console.error(&format!("`{}`: {reason}", rule.name));
        Failure::Refused
    })?;
    if let Some(query) = &exported.query {
        columns(query)
            .map_err(|error| Failure::Bug(format!("the query that was added to cannot be bound: {error}")))?;
    }
    exported.notes.iter().for_each(|note| console.warning(note));
    let mut output = Output::open(arguments.output.as_deref())?;
    output.write_all(exported.text.as_bytes())?;
    output.finish()
}
