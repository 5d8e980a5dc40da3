//! `geo_distance_point_to_line`: how far is a place from a line?

use crate::functions::prelude::*;
use crate::geography::{Line, Shapes, distance_m, points, try_reals};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_distance_point_to_line",
    aliases: &[],
    summary: "The shortest distance between a place and a line, in meters.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-distance-point-to-line-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, lines) = (points::<1>(args, 0)?, Shapes::new(args, 2, Line::parse)?);
    try_reals(args, |row| {
        let Some([place]) = places(row) else { return Ok(None) };
        let point = place.point();
        lines.with(row, |line| Ok(line.nearest(&point).map(|nearest| distance_m(&point, &nearest))))
    })
}
