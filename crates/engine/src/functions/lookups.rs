//! What `ipv4_lookup` and `ipv6_lookup` share: a join of rows with the networks that hold their addresses.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt64Array};
use arrow::compute::{interleave, take};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err};
use semantics::Schema;
use semantics::plugin::{PluginCall, beside};

use super::plugins::{Given, Made};
use crate::network::Networks;
use crate::types::absent_array;

/// Rows that one lookup may give: an address can be in many networks.
const ROWS_MAX: usize = 50_000_000;

/// Where the columns of the table stand beside those of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Behind them.
    Behind,
    /// Before them.
    Before,
}

/// The columns of the rows and of the table; those that must be equal on both sides stand once.
pub(crate) fn columns(call: &PluginCall<'_>, side: Side) -> Result<Schema, String> {
    let (rows, table) = (call.input(), call.table());
    for key in call.schema_of(&["ExtraKey"]) {
        match table.iter().find(|column| column.name == key.name) {
            Some(column) if column.ty == key.ty => {}
            Some(column) => {
                return Err(format!("`{}` is a {} here and a {} in the table", key.name, key.ty, column.ty));
            }
            None => return Err(format!("the table has no column `{}`", key.name)),
        }
    }
    let extra = call.schema_of(&["ExtraKey"]);
    let kept: Schema = table.into_iter().filter(|column| extra.iter().all(|key| key.name != column.name)).collect();
    Ok(match side {
        Side::Behind => rows.iter().cloned().chain(beside(&rows, &kept)).collect(),
        Side::Before => kept.iter().cloned().chain(beside(&kept, &rows)).collect(),
    })
}

/// - Shape: a row for each network that holds the row's address, in the order of the rows and then of the table.
/// - Nulls: without a network the row is left out, or stands with nothing beside it when unmatched rows are asked for.
pub(crate) fn lookup(
    given: &Given<'_>,
    (address, network): (&str, &str),
    parse: fn(&str) -> Option<(u128, u32)>,
    side: Side,
) -> Result<Made> {
    let (_, addresses) = given.column(0, address)?;
    let (_, networks) = given.column(1, network)?;
    let (Some(addresses), Some(texts)) = (addresses.as_string_view_opt(), networks.as_string_view_opt()) else {
        return exec_err!("`{}` needs addresses as text", given.name);
    };
    let mut index = Networks::default();
    for row in 0..texts.len() {
        if let Some(network) = parse(texts.value(row)) {
            index.add(network, row);
        }
    }
    let extra = given.places("ExtraKey");
    let keys = extra_keys(given, &extra)?;
    let (mut left, mut right): (Vec<u64>, Vec<(usize, usize)>) = (vec![], vec![]);
    for row in 0..addresses.len() {
        let mut found = parse(addresses.value(row)).map(|address| index.rows_with(address)).unwrap_or_default();
        if let Some((rows, table)) = &keys {
            found.retain(|other| rows.row(row) == table.row(*other));
        }
        if left.len() + found.len() > ROWS_MAX {
            return exec_err!("`{}` gives more than {ROWS_MAX} rows", given.name);
        }
        if found.is_empty() && given.flag("return_unmatched") {
            left.push(row as u64);
            right.push((1, 0));
        }
        left.extend(found.iter().map(|_| row as u64));
        right.extend(found.into_iter().map(|other| (0, other)));
    }
    joined(given, &extra, UInt64Array::from(left), &right, side)
}

/// The columns that must be equal, of the rows and of the table.
fn extra_keys(given: &Given<'_>, extra: &[usize]) -> Result<Option<(Rows, Rows)>> {
    if extra.is_empty() {
        return Ok(None);
    }
    let mut pairs: Vec<(ArrayRef, ArrayRef)> = vec![];
    for place in extra {
        let name = given.schemas.first().and_then(|schema| schema.get(*place)).map(|column| column.name.as_str());
        let other =
            given.schemas.get(1).and_then(|schema| schema.iter().position(|column| Some(column.name.as_str()) == name));
        let Some(other) = other else { return exec_err!("the table lacks a key") };
        pairs.push((given.at(0, *place)?.1, given.at(1, other)?.1));
    }
    let fields = pairs.iter().map(|(own, _)| SortField::new(own.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let (own, other): (Vec<ArrayRef>, Vec<ArrayRef>) = pairs.into_iter().unzip();
    Ok(Some((converter.convert_columns(&own)?, converter.convert_columns(&other)?)))
}

fn joined(given: &Given<'_>, extra: &[usize], left: UInt64Array, right: &[(usize, usize)], side: Side) -> Result<Made> {
    let names: Vec<&str> = given
        .schemas
        .first()
        .into_iter()
        .flat_map(|schema| extra.iter().filter_map(|place| schema.get(*place)))
        .map(|column| column.name.as_str())
        .collect();
    let rows = given.inputs.first().map(RecordBatch::columns).unwrap_or_default();
    let rows = rows.iter().map(|array| Ok(take(array, &left, None)?)).collect::<Result<Vec<_>>>()?;
    let mut table = vec![];
    for (place, column) in given.schemas.get(1).into_iter().flatten().enumerate() {
        if !names.contains(&column.name.as_str()) {
            let (ty, array) = given.at(1, place)?;
            let nothing = absent_array(ty, 1);
            table.push(interleave(&[array.as_ref(), nothing.as_ref()], right)?);
        }
    }
    let columns = match side {
        Side::Behind => rows.into_iter().chain(table).collect(),
        Side::Before => table.into_iter().chain(rows).collect(),
    };
    Ok(Made::of(given.schema, columns, left.len()))
}
