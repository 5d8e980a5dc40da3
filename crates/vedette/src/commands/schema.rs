//! `vedette schema`: the columns of a table, or of what a function of tables gives; and which functions written in KQL there are.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use clap::Args;
use engine::{Database, Request, Rows};
use semantics::{TableSchema, Type};

use crate::arguments::{DataOptions, OutputOptions};
use crate::console::Console;
use crate::data::{self, Data};
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table};
use crate::report::{self, Source};

/// Shows the columns of a table or function, or lists the functions written in KQL
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArguments {
    /// The name of a table, whose case does not matter, or of a function written in KQL
    #[arg(required_unless_present = "functions_written_in_kql")]
    name: Option<String>,
    /// Lists the functions written in KQL, the parsers of ASIM among them, with what each takes and does
    #[arg(long = "list-functions", id = "functions_written_in_kql", conflicts_with = "name")]
    lists_functions: bool,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Examples:
  vedette schema DeviceNetworkEvents
  vedette schema _Im_NetworkSession
  vedette schema --list-functions
  vedette schema people --table people=people.csv --format json";

/// How many names a message offers.
const OFFERS_MAX: usize = 5;

/// Runs the command.
pub(crate) async fn run(arguments: SchemaArguments, console: &Console) -> Result<(), Failure> {
    let data = data::open(&arguments.data, data::content(&arguments.data)?, console).await?;
    let (table, note) = match &arguments.name {
        Some(name) => {
            let schema = match function_schema(name, &arguments.data, &data, console)? {
                Some(schema) => schema,
                None => find(data.database.as_ref(), name)?,
            };
            let count = render::counted(schema.columns.len(), "column");
            (Table { name: schema.name.clone(), rows: rows(&schema)? }, count)
        }
        None => functions(data.database.as_ref())?,
    };
    let mut output = Output::open(arguments.output.output.as_deref())?;
    render::write(&mut output, arguments.output.format(), std::slice::from_ref(&table))?;
    output.finish()?;
    console.note(&note);
    Ok(())
}

/// What a function written in KQL gives when it is called by its name alone; none when there is no such function.
fn function_schema(
    name: &str,
    options: &DataOptions,
    data: &Data,
    console: &Console,
) -> Result<Option<Arc<TableSchema>>, Failure> {
    if data.database.schema(name).is_some() || data.database.stored_function(name).is_none() {
        return Ok(None);
    }
    let source = Source::new("<query>", name.to_owned());
    let request = Request { strict_schema: options.strict_schema, ..Request::new(name, data.now) };
    let bound = executor::engine(&options.limits)?.bind(&request, data.database.as_ref());
    let (bound, _) = bound.map_err(|error| report::refusal(console, &source, &error))?;
    let columns = bound.results.into_iter().next().map(|table| table.schema).unwrap_or_default();
    Ok(Some(Arc::new(TableSchema { name: name.to_owned(), columns, compat: vec![] })))
}

/// One row per function written in KQL: its name, its parameters as written, and the first sentence of its comment.
fn functions(database: &dyn Database) -> Result<(Table, String), Failure> {
    let names = database.stored_function_names();
    let mut lines: Vec<(String, String, String)> = vec![];
    for name in names {
        let Some(function) = database.stored_function(&name) else { continue };
        let (parameters, summary) = described(&function.text);
        lines.push((name, parameters, summary));
    }
    let text = |pick: fn(&(String, String, String)) -> &String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(lines.iter().map(pick)))
    };
    let rows = render::listing([
        ("Function", Type::String, text(|line| &line.0)),
        ("Parameters", Type::String, text(|line| &line.1)),
        ("Documentation", Type::String, text(|line| &line.2)),
    ])?;
    let note = render::counted(lines.len(), "function");
    Ok((Table { name: "Functions".to_owned(), rows }, note))
}

/// Parameters and first comment line of a function's text.
fn described(text: &str) -> (String, String) {
    let first = text.lines().next().unwrap_or_default();
    let summary = first.strip_prefix("//").unwrap_or_default().trim().to_owned();
    let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim().is_empty();
    let code: Vec<&str> = text.lines().filter(is_code).collect();
    let code = code.join(" ");
    let parameters = code.split_once('{').map_or(code.as_str(), |(parameters, _)| parameters);
    (parameters.split_whitespace().collect::<Vec<_>>().join(" "), summary)
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
