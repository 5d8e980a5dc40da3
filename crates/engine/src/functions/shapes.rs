//! What `geo_polygon_lookup` and `geo_line_lookup` share: a join of places with the shapes of a table that are there.
//!
//! Every place is asked of every shape, so rows times shapes is limited. A shape of the table is parsed and indexed once.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err};
use semantics::Schema;
use semantics::Value;
use semantics::bound::ExprKind;
use semantics::plugin::{PluginAccepts, PluginCall, beside};
use semantics::types::Type;

use super::lookups::{Pairs, Side};
use super::plugins::{Given, Made};
use crate::error::mistake;
use crate::geography::LngLat;

/// Longitudes and latitudes.
pub(crate) const DEGREES: PluginAccepts = PluginAccepts::Column(&[Type::Real]);
/// A length in meters.
pub(crate) const METERS: PluginAccepts = PluginAccepts::Constant(&[Type::Real]);
/// Is something so?
pub(crate) const FLAG: PluginAccepts = PluginAccepts::Constant(&[Type::Bool]);

/// Questions of one lookup: rows times shapes.
const QUESTIONS_MAX: usize = 500_000_000;

/// The columns of the rows, and those of the table, of which the shape is shown when that is asked for.
pub(crate) fn columns(call: &PluginCall<'_>, key: &str) -> Result<Schema, String> {
    let is_shown = match call.constant("return_lookup_key").map(|expr| &expr.kind) {
        None => false,
        Some(ExprKind::Constant(Value::Bool(is_shown))) => *is_shown,
        Some(_) => {
            return Err("return_lookup_key says which columns there are, so it must be true or false here".to_owned());
        }
    };
    let key = call.column(key).filter(|_| !is_shown);
    let kept =
        call.table().into_iter().enumerate().filter(|(at, _)| Some(*at) != key).map(|(_, column)| column).collect();
    let rows = call.input();
    Ok(rows.iter().cloned().chain(beside(&rows, &kept)).collect())
}

/// - Shape: a row for each shape that is met, in the order of the rows and then of the table.
/// - Nulls: a place or a shape that is none meets nothing; its row stands with nothing beside it when unmatched rows are asked for.
pub(crate) fn lookup<T>(
    given: &Given<'_>,
    key: &str,
    parse: fn(&str) -> Result<Option<T>>,
    is_met: impl Fn(&T, LngLat) -> bool,
) -> Result<Made> {
    let (_, shapes) = given.column(1, key)?;
    let (_, lng) = given.column(0, "SourceLongitude")?;
    let (_, lat) = given.column(0, "SourceLatitude")?;
    let Some(texts) = shapes.as_string_view_opt() else { return exec_err!("`{}` needs shapes as text", given.name) };
    if given.row_count().saturating_mul(texts.len()) > QUESTIONS_MAX {
        return mistake(format!("`{}` would compare more than {QUESTIONS_MAX} pairs", given.name));
    }
    let mut known = vec![];
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        known.extend(parse(texts.value(row))?.map(|shape| (row, shape)));
    }
    let (lng, lat) = (lng.as_primitive::<Float64Type>(), lat.as_primitive::<Float64Type>());
    let mut pairs = Pairs::default();
    for (row, (lng, lat)) in lng.iter().zip(lat).enumerate() {
        let place = lng.zip(lat).and_then(|(lng, lat)| LngLat::new(lng, lat));
        let met =
            place.map(|place| known.iter().filter(|(_, shape)| is_met(shape, place)).map(|(row, _)| *row).collect());
        pairs.add(given, row, &met.unwrap_or_else(Vec::new))?;
    }
    let hidden = given.places(key).first().copied().filter(|_| !given.flag("return_lookup_key"));
    pairs.joined(given, |at, _| Some(at) != hidden, Side::Behind)
}
