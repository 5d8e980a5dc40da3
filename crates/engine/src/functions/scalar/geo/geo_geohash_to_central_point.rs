//! `geo_geohash_to_central_point`: the middle of a geohash.

use crate::functions::prelude::*;
use crate::geography::{Geohash, point_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_geohash_to_central_point",
    aliases: &[],
    summary: "The middle of the rectangle that a geohash names, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[required("geohash", Accepts::Type(Type::String), "the geohash")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-geohash-to-central-point-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(point_json(Geohash::parse(tokens.get(row))?.center())))
}
