//! `geo_polygon_area`: how large is a polygon?

use crate::functions::prelude::*;
use crate::geography::{Polygon, Shapes, try_reals};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_polygon_area",
    aliases: &[],
    summary: "The area of a polygon in square meters; of several, that of their union.",
    signatures: &[Signature::new(
        &[required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-polygon-area-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let polygons = Shapes::new(args, 0, Polygon::parse)?;
    try_reals(args, |row| polygons.with(row, |polygon| Ok(Some(polygon.area_m2()))))
}
