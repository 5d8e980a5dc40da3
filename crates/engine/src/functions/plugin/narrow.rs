//! `narrow`: a row per cell.
use arrow::array::Array;
use semantics::number::format_real;
use semantics::time::{format_datetime, format_timespan};

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::array_of;
use crate::rows::value;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "narrow",
        summary: "Turns a wide table into one of row number, column name and value as text.",
        parameters: &[],
        source: "https://learn.microsoft.com/kusto/query/narrow-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// Cells of one input.
const CELLS_MAX: usize = 50_000_000;

fn columns(_: &PluginCall<'_>) -> Result<Schema, String> {
    Ok(vec![Column::new("Row", Type::Long), Column::new("Column", Type::String), Column::new("Value", Type::String)])
}

/// - Shape: n rows of m columns → n · m rows, row by row in the order of the columns; rows count from 0.
/// - Values stand as the documentation shows them: `True`, `2017-03-14 10:59:18.9263023`, and `[null]` where there is none.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let schema = given.schemas.first().map(Vec::as_slice).unwrap_or_default();
    let cells = given.row_count().saturating_mul(schema.len());
    if cells > CELLS_MAX {
        return exec_err!("`narrow` makes more than {CELLS_MAX} rows");
    }
    let arrays = (0..schema.len()).map(|at| Ok(given.at(0, at)?.1)).collect::<Result<Vec<_>>>()?;
    let (mut rows, mut names, mut values) = (vec![], vec![], vec![]);
    for row in 0..given.row_count() {
        for (column, array) in schema.iter().zip(&arrays) {
            rows.push(Value::Long(i64::try_from(row).unwrap_or(i64::MAX)));
            names.push(Value::String(column.name.clone()));
            values.push(Value::String(text(array, column.ty, row)));
        }
    }
    let columns = vec![array_of(Type::Long, rows)?, array_of(Type::String, names)?, array_of(Type::String, values)?];
    Ok(Made::of(given.schema, columns, cells))
}

fn text(array: &dyn Array, ty: Type, row: usize) -> String {
    match value(array, ty, row) {
        Value::Null(_) => "[null]".to_owned(),
        Value::Bool(value) => if value { "True" } else { "False" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => format_real(value),
        Value::DateTime(ticks) => format_datetime(ticks).trim_end_matches('Z').replace('T', " "),
        Value::TimeSpan(ticks) => format_timespan(ticks),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) | Value::Guid(text) | Value::Dynamic(text) => text,
    }
}
