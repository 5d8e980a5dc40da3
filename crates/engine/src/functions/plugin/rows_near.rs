//! `rows_near`: the rows around those that meet a condition.
use arrow::array::{AsArray, UInt64Array};
use arrow::compute::take;

use crate::functions::plugin_prelude::*;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "rows_near",
        summary: "Keeps the rows that meet a condition and some before and after each.",
        parameters: &[
            takes("Condition", PluginAccepts::Rows(Type::Bool)),
            takes("NumRows", PluginAccepts::Constant(&[Type::Long, Type::Int])),
            takes("RowsAfter", PluginAccepts::Constant(&[Type::Long, Type::Int])).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/rows-near-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    Ok(call.input())
}

/// - Shape: rows of the input in its order, each once however many conditions it is near to.
/// - Nulls: a condition that is null is not met.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (_, condition) = given.column(0, "Condition")?;
    let Some(condition) = condition.as_boolean_opt() else { return exec_err!("`rows_near` needs a condition") };
    let rows = |parameter: &str| given.whole(parameter).map(|count| usize::try_from(count).unwrap_or(0));
    let before = rows("NumRows")?;
    let after = if given.constant("RowsAfter").is_some() { rows("RowsAfter")? } else { before };
    let mut near: Vec<u64> = vec![];
    let mut next = 0;
    for (row, _) in condition.iter().enumerate().filter(|(_, is_met)| *is_met == Some(true)) {
        let last = row.saturating_add(after).min(condition.len() - 1);
        near.extend((next.max(row.saturating_sub(before))..=last).map(|row| row as u64));
        next = next.max(last + 1);
    }
    let near = UInt64Array::from(near);
    let columns = (0..given.schema.len()).map(|at| Ok(take(&given.at(0, at)?.1, &near, None)?));
    Ok(Made::of(given.schema, columns.collect::<Result<_>>()?, near.len()))
}
