//! `geo_geohash_neighbors`: the geohashes around one.

use datafusion::common::not_impl_err;

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{Geohash, in_set_order, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_geohash_neighbors",
    aliases: &[],
    summary: "The eight geohashes of the same length around one.",
    signatures: &[Signature::new(
        &[required("geohash", Accepts::Type(Type::String), "the geohash")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-geohash-neighbors-function",
    lower: Lower::Kernel(evaluate),
};

/// Columns east and rows north, row by row from the north-west.
const STEPS: [(i64, i64); 8] = [(-1, 1), (0, 1), (1, 1), (-1, 0), (1, 0), (-1, -1), (0, -1), (1, -1)];

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    try_json(args, |row| {
        let Some(geohash) = Geohash::parse(tokens.get(row)) else { return Ok(None) };
        if geohash.touches_pole() {
            return not_impl_err!("geo_geohash_neighbors at a pole");
        }
        let neighbors = STEPS.iter().filter_map(|(east, north)| geohash.shifted(*east, *north));
        let neighbors = in_set_order(neighbors.map(Geohash::token).collect());
        Ok(Some(array_of(neighbors.iter().map(|token| quoted(token)))))
    })
}
