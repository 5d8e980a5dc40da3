//! `geo_polygon_centroid`: the middle of a polygon.

use crate::functions::prelude::*;
use crate::geography::{LngLat, Polygon, Shapes, point_json, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_polygon_centroid",
    aliases: &[],
    summary: "The centroid of a polygon, or of the union of several, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-polygon-centroid-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let polygons = Shapes::new(args, 0, Polygon::parse)?;
    try_json(args, |row| {
        polygons.with(row, |polygon| Ok(polygon.centroid().map(|point| point_json(LngLat::of(&point)))))
    })
}
