//! `geo_line_interpolate_point`: the place at a fraction of a line.

use crate::functions::prelude::*;
use crate::geography::{Line, LngLat, Shapes, point_json, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_line_interpolate_point",
    aliases: &[],
    summary: "The place at a fraction of the length of a line, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[
            required("lineString", Accepts::Type(Type::Dynamic), "one line, as GeoJSON"),
            required("fraction", Accepts::Real, "0, the start, to 1, the end"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-line-interpolate-point-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (lines, fraction) = (Shapes::new(args, 0, Line::parse)?, args.reals(1)?);
    try_json(args, |row| {
        lines.with(row, |line| {
            let point = fraction.get(row).and_then(|fraction| line.interpolate(fraction));
            Ok(point.map(|point| point_json(LngLat::of(&point))))
        })
    })
}
