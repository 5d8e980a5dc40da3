//! What the lookups share: a join of rows with those of a table, and for `ipv4_lookup` and `ipv6_lookup` the networks that hold addresses.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt64Array};
use arrow::compute::{interleave, take};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err};
use semantics::plugin::{PluginCall, beside};
use semantics::{Column, Schema};

use super::plugins::{Given, Made};
use crate::network::Networks;
use crate::types::absent_array;

/// Rows that one lookup may give: an address can be in many networks.
pub(crate) const ROWS_MAX: usize = 50_000_000;

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
    let mut pairs = Pairs::default();
    for row in 0..addresses.len() {
        let mut found = parse(addresses.value(row)).map(|address| index.rows_with(address)).unwrap_or_default();
        if let Some((rows, table)) = &keys {
            found.retain(|other| rows.row(row) == table.row(*other));
        }
        pairs.add(given, row, &found)?;
    }
    let rows = given.schemas.first().map(Vec::as_slice).unwrap_or_default();
    let twice: Vec<&str> =
        extra.iter().filter_map(|place| rows.get(*place)).map(|column| column.name.as_str()).collect();
    pairs.joined(given, |_, column| !twice.contains(&column.name.as_str()), side)
}

/// The rows of an answer, as places in the rows and in the table.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    left: Vec<u64>,
    /// As `interleave` takes them: of the table, or of one row that is nothing.
    right: Vec<(usize, usize)>,
}

impl Pairs {
    /// A row beside those of the table that were found for it; beside nothing when there are none and unmatched rows are asked for.
    pub(crate) fn add(&mut self, given: &Given<'_>, row: usize, found: &[usize]) -> Result<()> {
        if self.left.len() + found.len() > ROWS_MAX {
            return exec_err!("`{}` gives more than {ROWS_MAX} rows", given.name);
        }
        if found.is_empty() && given.flag("return_unmatched") {
            self.left.push(row as u64);
            self.right.push((1, 0));
        }
        self.left.extend(found.iter().map(|_| row as u64));
        self.right.extend(found.iter().map(|other| (0, *other)));
        Ok(())
    }

    /// The columns of the rows, and those of the table that are kept.
    pub(crate) fn joined(
        &self,
        given: &Given<'_>,
        is_kept: impl Fn(usize, &Column) -> bool,
        side: Side,
    ) -> Result<Made> {
        let left = UInt64Array::from(self.left.clone());
        let rows = given.inputs.first().map(RecordBatch::columns).unwrap_or_default();
        let rows = rows.iter().map(|array| Ok(take(array, &left, None)?)).collect::<Result<Vec<_>>>()?;
        let mut table = vec![];
        for (place, column) in given.schemas.get(1).into_iter().flatten().enumerate() {
            if is_kept(place, column) {
                let (ty, array) = given.at(1, place)?;
                let nothing = absent_array(ty, 1);
                table.push(interleave(&[array.as_ref(), nothing.as_ref()], &self.right)?);
            }
        }
        let columns = match side {
            Side::Behind => rows.into_iter().chain(table).collect(),
            Side::Before => table.into_iter().chain(rows).collect(),
        };
        Ok(Made::of(given.schema, columns, left.len()))
    }
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
