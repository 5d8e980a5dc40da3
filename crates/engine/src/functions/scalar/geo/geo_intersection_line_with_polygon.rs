//! `geo_intersection_line_with_polygon`: what of a line is in a polygon.

use crate::functions::prelude::*;
use crate::geography::{Line, Polygon, Shapes, collection, line_in_polygon, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersection_line_with_polygon",
    aliases: &[],
    summary: "What a line and a polygon have in common, as GeoJSON: lines, points, or an empty collection.",
    signatures: &[Signature::new(
        &[
            required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersection-line-with-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (lines, polygons) = (Shapes::new(args, 0, Line::parse)?, Shapes::new(args, 1, Polygon::parse)?);
    try_json(args, |row| {
        lines.with(row, |line| {
            polygons.with(row, |polygon| {
                let common = line_in_polygon(line, polygon)?;
                collection(&common.points, &common.lines, vec![]).map(Some)
            })
        })
    })
}
