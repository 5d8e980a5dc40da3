//! `geo_geohash_to_polygon`: the rectangle of a geohash.

use crate::functions::prelude::*;
use crate::geography::{Geohash, polygon_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_geohash_to_polygon",
    aliases: &[],
    summary: "The rectangle that a geohash names, as a GeoJSON polygon.",
    signatures: &[Signature::new(
        &[required("geohash", Accepts::Type(Type::String), "the geohash")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-geohash-to-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(polygon_json(&Geohash::parse(tokens.get(row))?.corners())))
}
