//! `vedette tables`: which tables there are, and how many rows each has.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::datatypes::Int64Type;
use clap::Args;
use engine::{Engine, Executor, Request, Rows};
use semantics::Type;

use crate::arguments::{DataOptions, OutputOptions};
use crate::console::Console;
use crate::data::{self, Data};
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table};

/// Lists the tables of the data with their rows
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TablesArguments {
    /// Lists every table that vedette knows, also those without rows
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Examples:
  vedette tables --data logs/
  vedette tables --all
  vedette schema DeviceNetworkEvents";

/// Runs the command.
pub(crate) async fn run(arguments: TablesArguments, console: &Console) -> Result<(), Failure> {
    let engine = executor::engine(&arguments.data.limits)?;
    let data = data::open(&arguments.data, data::content(&arguments.data)?, console).await?;
    let options = &arguments.data;
    let has_data = options.lake.is_some() || !(options.data.is_empty() && options.table.is_empty());
    let mut lines: Vec<(String, i64, i64)> = vec![];
    for name in data.database.table_names() {
        let Some(schema) = data.database.schema(&name) else { continue };
        let rows = count(&engine, &data, &name).await?;
        if rows > 0 || arguments.all || !has_data {
            lines.push((name, rows, i64::try_from(schema.columns.len()).unwrap_or(i64::MAX)));
        }
    }
    let table = Table { name: "Tables".to_owned(), rows: rows(&lines)? };
    let mut output = Output::open(arguments.output.output.as_deref())?;
    render::write(&mut output, arguments.output.format(), std::slice::from_ref(&table))?;
    output.finish()?;
    console.note(&render::counted(lines.len(), "table"));
    Ok(())
}

async fn count(engine: &Engine, data: &Data, name: &str) -> Result<i64, Failure> {
    if data.database.provider(name).is_none() {
        return Ok(0);
    }
    let quoted = name.replace('\\', "\\\\").replace('\'', "\\'");
    let request = Request::new(format!("table('{quoted}') | count"), data.now);
    let answer = engine.query(&request, Arc::clone(&data.database)).await.map_err(|error| executor::failure(&error))?;
    let batch = answer.results.first().and_then(|rows| rows.batches.iter().find(|batch| batch.num_rows() > 0));
    let counts = batch.and_then(|batch| batch.column(0).as_primitive_opt::<Int64Type>());
    Ok(counts.map_or(0, |counts| counts.value(0)))
}

fn rows(lines: &[(String, i64, i64)]) -> Result<Rows, Failure> {
    let names: ArrayRef = Arc::new(StringViewArray::from_iter_values(lines.iter().map(|line| &line.0)));
    let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(lines.iter().map(|line| line.1)));
    let widths: ArrayRef = Arc::new(Int64Array::from_iter_values(lines.iter().map(|line| line.2)));
    render::listing([("Table", Type::String, names), ("Rows", Type::Long, counts), ("Columns", Type::Long, widths)])
}
