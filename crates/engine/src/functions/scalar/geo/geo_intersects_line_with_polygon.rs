//! `geo_intersects_line_with_polygon`: does a line meet a polygon?

use crate::functions::prelude::*;
use crate::geography::{Line, Polygon, Shapes, line_intersects_polygon, try_bools};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersects_line_with_polygon",
    aliases: &[],
    summary: "Tells whether a line has a point in a polygon.",
    signatures: &[Signature::new(
        &[
            required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersects-line-with-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ones, others) = (Shapes::new(args, 0, Line::parse)?, Shapes::new(args, 1, Polygon::parse)?);
    try_bools(args, |row| ones.with(row, |one| others.with(row, |other| line_intersects_polygon(one, other).map(Some))))
}
