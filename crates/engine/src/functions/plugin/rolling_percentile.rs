//! `rolling_percentile`: for each bin, a percentile of the values in it and in the bins before it.
use std::collections::BTreeMap;

use arrow::array::{Array, UInt64Array};
use arrow::compute::{sort_to_indices, take};
use semantics::bound::{Expr, ExprKind};
use semantics::number::format_real;

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::{Groups, wholes};
use crate::functions::timeline::{LENGTH, Windows, length};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "rolling_percentile",
        summary: "Gives a percentile of the values in a window that slides over a column, bin by bin.",
        parameters: &[
            takes(
                "ValueColumn",
                PluginAccepts::Column(&[Type::Int, Type::Long, Type::Real, Type::DateTime, Type::TimeSpan]),
            ),
            takes("Percentile", PluginAccepts::Constant(&[Type::Long, Type::Int, Type::Real])),
            takes("IndexColumn", PluginAccepts::Column(&[Type::DateTime, Type::TimeSpan, Type::Long, Type::Int])),
            takes("BinSize", LENGTH),
            takes("BinsPerWindow", PluginAccepts::Constant(&[Type::Long, Type::Int])),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/rolling-percentile-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// Values of all windows together.
const VALUES_MAX: usize = 100_000_000;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let mut schema = call.schema_of(&["IndexColumn", "Dimension"]);
    let (bins, rank) = (written(call.constant("BinsPerWindow")), written(call.constant("Percentile")));
    let (Some(bins), Some(rank)) = (bins, rank) else {
        return Err("the percentile and the number of bins name the column, so they must be numbers here".to_owned());
    };
    if let Some(column) = call.schema_of(&["ValueColumn"]).into_iter().next() {
        schema.push(Column::new(format!("rolling_{bins}_percentile_{}_{rank}", column.name), column.ty));
    }
    let is_moment = call.schema_of(&["IndexColumn"]).iter().any(|column| column.ty == Type::DateTime);
    let is_span = call.schema_of(&["IndexColumn"]).iter().any(|column| column.ty == Type::TimeSpan);
    match call.constant("BinSize").map(|expr| expr.ty == Type::TimeSpan) {
        Some(is_time) if is_time != (is_moment || is_span) => {
            Err("BinSize must be a timespan for a column of times, and a whole number for another".to_owned())
        }
        _ => Ok(schema),
    }
}

/// A number as it stands in a column's name.
fn written(expr: Option<&Expr>) -> Option<String> {
    match &expr?.kind {
        ExprKind::Constant(Value::Long(value)) => Some(value.to_string()),
        ExprKind::Constant(Value::Int(value)) => Some(value.to_string()),
        ExprKind::Constant(Value::Real(value)) => Some(format_real(*value)),
        _ => None,
    }
}

/// - Shape: a row per slice and bin that has rows, by slice, then by bin.
/// - The percentile is the smallest value that so many of a hundred are not above; nulls do not count.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (ty, index) = given.column(0, "IndexColumn")?;
    let (_, values) = given.column(0, "ValueColumn")?;
    let rank = match given.constant("Percentile") {
        Some(Value::Real(rank)) => *rank,
        _ => given.whole("Percentile")? as f64,
    };
    let bins = given.whole("BinsPerWindow")?;
    if !(0.0..=100.0).contains(&rank) || bins < 1 {
        return exec_err!("a percentile is from 0 to 100, and a window has 1 bin at least");
    }
    let windows = Windows::Length(0, length(given, "BinSize")?);
    let dimensions = given.places("Dimension").into_iter().map(|place| Ok(given.at(0, place)?.1));
    let dimensions = dimensions.collect::<Result<Vec<ArrayRef>>>()?;
    let slices = Groups::by(&dimensions, given.row_count())?;
    let order = ranks(&values)?;
    let index = wholes(ty, &index);
    let (mut moments, mut first, mut chosen) = (vec![], vec![], vec![]);
    let mut count = 0_usize;
    for (rows, representative) in slices.rows().into_iter().zip(&slices.first) {
        let mut by_bin: BTreeMap<i64, Vec<(usize, usize)>> = BTreeMap::new();
        for row in rows {
            let bin = index.get(row).copied().flatten().and_then(|at| windows.around(at));
            let Some(bin) = bin else { continue };
            let own = by_bin.entry(bin).or_default();
            own.extend(order.get(row).copied().flatten().map(|place| (place, row)));
        }
        for bin in by_bin.keys() {
            let oldest = windows.beside(*bin, 1 - bins).unwrap_or(i64::MIN);
            let mut window: Vec<(usize, usize)> =
                by_bin.range(oldest..=*bin).flat_map(|(_, own)| own).copied().collect();
            count += window.len();
            if count > VALUES_MAX {
                return exec_err!("the windows hold more than {VALUES_MAX} values in all");
            }
            moments.push(*bin);
            first.push(*representative as u64);
            chosen.push(nearest(&mut window, rank).map(|row| row as u64));
        }
    }
    made(given, ty, (moments, first, chosen), &dimensions, &values)
}

fn made(
    given: &Given<'_>,
    ty: Type,
    (moments, first, chosen): (Vec<i64>, Vec<u64>, Vec<Option<u64>>),
    dimensions: &[ArrayRef],
    values: &ArrayRef,
) -> Result<Made> {
    let row_count = moments.len();
    let mut columns = vec![crate::functions::timeline::moments(ty, moments)?];
    let first = UInt64Array::from(first);
    for dimension in dimensions {
        columns.push(take(dimension, &first, None)?);
    }
    columns.push(take(values, &UInt64Array::from(chosen), None)?);
    Ok(Made::of(given.schema, columns, row_count))
}

/// The place of each row's value among all values, in ascending order; none for nulls.
fn ranks(values: &ArrayRef) -> Result<Vec<Option<usize>>> {
    let mut ranks = vec![None; values.len()];
    for (place, row) in sort_to_indices(values, None, None)?.values().iter().enumerate() {
        let row = *row as usize;
        if let Some(rank) = ranks.get_mut(row).filter(|_| values.is_valid(row)) {
            *rank = Some(place);
        }
    }
    Ok(ranks)
}

/// The row of the value of that rank, by the nearest rank.
fn nearest(window: &mut [(usize, usize)], rank: f64) -> Option<usize> {
    let last = window.len().checked_sub(1)?;
    let place = ((rank / 100.0 * window.len() as f64).ceil() as usize).saturating_sub(1).min(last);
    let (_, (_, row), _) = window.select_nth_unstable(place);
    Some(*row)
}
