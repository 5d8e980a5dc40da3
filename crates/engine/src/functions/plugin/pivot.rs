//! `pivot`: the values of a column become columns.
//!
//! What comes in is grouped already: the columns that stay, the pivot's value, the aggregate's value; and as a second table the one row that
//! says what the aggregate makes of no rows.
use std::collections::BTreeMap;

use arrow::array::UInt64Array;
use arrow::array::{Array, AsArray};
use arrow::compute::{interleave, take};

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::Groups;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "pivot",
        summary: "Makes a column of each value of a column, and aggregates the rows that meet in a cell.",
        parameters: &[
            takes("pivotColumn", PluginAccepts::Column(&[])),
            takes("value", PluginAccepts::Column(&[])).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/pivot-plugin",
        columns: PluginColumns::OfData(columns),
        caution: None,
    },
    evaluate,
};

/// Columns of a table; Kusto's own limit.
const COLUMNS_MAX: usize = 10_000;
/// Cells that are made.
const CELLS_MAX: usize = 100_000_000;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    Ok(call.input())
}

/// - Shape: a row for each combination of the columns that stay, in their order; behind them a column per value, in the order of the names.
/// - Nulls: a cell without rows has what the aggregate says of no rows: 0 for a count or a sum, null for a minimum.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (_, pivot) = given.column(0, "pivotColumn")?;
    let (ty, values) = given.column(0, "value")?;
    let Some(names) = pivot.as_string_view_opt() else { return exec_err!("`pivot` needs its column as text") };
    let place = given.places("pivotColumn").first().copied().unwrap_or(0);
    let value_place = given.places("value").first().copied().unwrap_or(0);
    let (_, nothing) = given.at(1, value_place.saturating_sub(place + 1))?;
    let keys: Vec<ArrayRef> = (0..place).map(|at| Ok(given.at(0, at)?.1)).collect::<Result<_>>()?;
    let groups = Groups::by(&keys, given.row_count())?;
    let first = UInt64Array::from_iter_values(groups.first.iter().map(|row| *row as u64));
    let mut made: Vec<(Column, ArrayRef)> = vec![];
    let kept = given.schemas.first().into_iter().flatten().take(place);
    for (column, array) in kept.zip(&keys) {
        made.push((column.clone(), take(array, &first, None)?));
    }
    // For each name the rows of its cells, by group; a row of the second table where there is none.
    let mut cells: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    if given.is_declared {
        let wanted = given.schema.iter().filter(|column| made.iter().all(|(own, _)| own.name != column.name));
        cells.extend(wanted.map(|column| (column.name.as_str(), vec![(1, 0); groups.len()])));
    }
    for (row, group) in groups.of_row.iter().enumerate() {
        let name = if names.is_valid(row) { names.value(row) } else { "" };
        if given.is_declared && !cells.contains_key(name) {
            continue;
        }
        if cells.len() > COLUMNS_MAX || cells.len() * groups.len() > CELLS_MAX {
            return exec_err!("`pivot` would make more than {COLUMNS_MAX} columns or {CELLS_MAX} cells");
        }
        let column = cells.entry(name).or_insert_with(|| vec![(1, 0); groups.len()]);
        if let Some(cell) = column.get_mut(*group) {
            *cell = (0, row);
        }
    }
    for (name, places) in &cells {
        let name = free_name(name, &made);
        made.push((Column::new(name, ty), interleave(&[values.as_ref(), nothing.as_ref()], places)?));
    }
    Ok(Made { columns: made, row_count: groups.len() })
}

/// The value as a column's name; one without text is named as Kusto names columns without a name.
/// Source: our choice; the documentation says nothing of values that are no names.
fn free_name(value: &str, made: &[(Column, ArrayRef)]) -> String {
    let is_free = |name: &str| made.iter().all(|(column, _)| column.name != name);
    if !value.is_empty() && is_free(value) {
        return value.to_owned();
    }
    let stem = if value.is_empty() { "Column" } else { value };
    (1..).map(|number: usize| format!("{stem}{number}")).find(|name| is_free(name)).unwrap_or_default()
}
