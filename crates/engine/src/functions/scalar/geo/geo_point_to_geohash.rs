//! `geo_point_to_geohash`: the geohash of a place.

use crate::functions::prelude::*;
use crate::geography::{Geohash, points};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_point_to_geohash",
    aliases: &[],
    summary: "The geohash of a place: text that names a rectangle around it.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            optional("accuracy", Accepts::Type(Type::Long), "how many characters, 1 to 18; 5 when not given"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-point-to-geohash-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let places = points::<1>(args, 0)?;
    let accuracy = if args.len() > 2 { args.longs(2)? } else { Longs::One(Some(5)) };
    args.make_strings(|row| {
        let geohash = || Geohash::of(places(row)?[0], accuracy.get(row)?);
        geohash().map_or_else(String::new, Geohash::token)
    })
}
