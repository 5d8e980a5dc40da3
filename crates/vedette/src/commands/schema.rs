//! `vedette schema`: the columns of a table.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use clap::Args;
use engine::{Database, Rows};
use semantics::{TableSchema, Type};

use crate::arguments::{DataOptions, OutputOptions};
use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table};

/// Shows the columns of a table
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArguments {
    /// The table's name; case does not matter
    name: String,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Examples:
  vedette schema DeviceNetworkEvents
  vedette schema people --table people=people.csv --format json";

/// How many names a message offers.
const OFFERS_MAX: usize = 5;

/// Runs the command.
pub(crate) async fn run(arguments: SchemaArguments, console: &Console) -> Result<(), Failure> {
    let data = data::open(&arguments.data, data::content(arguments.data.content.as_deref())?, console).await?;
    let schema = find(data.database.as_ref(), &arguments.name)?;
    let table = Table { name: schema.name.clone(), rows: rows(&schema)? };
    let mut output = Output::open(arguments.output.output.as_deref())?;
    render::write(&mut output, arguments.output.format(), std::slice::from_ref(&table))?;
    output.finish()?;
    console.note(&render::counted(schema.columns.len(), "column"));
    Ok(())
}

fn find(database: &dyn Database, name: &str) -> Result<Arc<TableSchema>, Failure> {
    let names = database.table_names();
    let same = names.iter().find(|candidate| *candidate == name);
    let found = same.or_else(|| names.iter().find(|candidate| candidate.eq_ignore_ascii_case(name)));
    found.and_then(|found| database.schema(found)).ok_or_else(|| {
        let wanted = name.to_ascii_lowercase();
        let near = names.iter().filter(|candidate| candidate.to_ascii_lowercase().contains(&wanted)).take(OFFERS_MAX);
        let near: Vec<&str> = near.map(String::as_str).collect();
        let offer = if near.is_empty() {
            "`vedette tables --all` lists them".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        };
        Failure::Usage(format!("`{name}` is not a table; {offer}"))
    })
}

/// One row per column; a name that stands for another says which.
fn rows(schema: &TableSchema) -> Result<Rows, Failure> {
    let own = schema.columns.iter().map(|column| (column.name.as_str(), column.ty.name(), ""));
    let compat = schema.compat.iter().map(|compat| {
        let target = schema.columns.iter().find(|column| column.name == compat.column);
        (compat.name.as_str(), target.map_or("", |column| column.ty.name()), compat.column.as_str())
    });
    let lines: Vec<(&str, &str, &str)> = own.chain(compat).collect();
    let names: ArrayRef = Arc::new(StringViewArray::from_iter_values(lines.iter().map(|line| line.0)));
    let types: ArrayRef = Arc::new(StringViewArray::from_iter_values(lines.iter().map(|line| line.1)));
    let targets: ArrayRef = Arc::new(StringViewArray::from_iter_values(lines.iter().map(|line| line.2)));
    render::listing([
        ("Column", Type::String, names),
        ("Type", Type::String, types),
        ("StandsFor", Type::String, targets),
    ])
}
