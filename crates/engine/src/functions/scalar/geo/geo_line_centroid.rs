//! `geo_line_centroid`: the middle of a line.

use crate::functions::prelude::*;
use crate::geography::{Line, LngLat, Shapes, point_json, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_line_centroid",
    aliases: &[],
    summary: "The centroid of a line, or of the union of several, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-line-centroid-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let lines = Shapes::new(args, 0, Line::parse)?;
    try_json(args, |row| lines.with(row, |line| Ok(line.centroid().map(|point| point_json(LngLat::of(&point))))))
}
