//! `geo_closest_point_on_line`: where is a line nearest to a place?

use crate::functions::prelude::*;
use crate::geography::{Line, LngLat, Shapes, point_json, points, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_closest_point_on_line",
    aliases: &[],
    summary: "The place on a line that is nearest to a place, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-closest-point-on-line-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, lines) = (points::<1>(args, 0)?, Shapes::new(args, 2, Line::parse)?);
    try_json(args, |row| {
        let Some([place]) = places(row) else { return Ok(None) };
        lines.with(row, |line| Ok(line.nearest(&place.point()).map(|nearest| point_json(LngLat::of(&nearest)))))
    })
}
