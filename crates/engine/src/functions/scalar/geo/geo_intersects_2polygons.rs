//! `geo_intersects_2polygons`: do two polygons meet?

use crate::functions::prelude::*;
use crate::geography::{Polygon, Shapes, intersects, try_bools};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersects_2polygons",
    aliases: &[],
    summary: "Tells whether two polygons have a point in common, their boundaries included.",
    signatures: &[Signature::new(
        &[
            required("polygon1", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
            required("polygon2", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersects-2polygons-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ones, others) = (Shapes::new(args, 0, Polygon::parse)?, Shapes::new(args, 1, Polygon::parse)?);
    try_bools(args, |row| ones.with(row, |one| others.with(row, |other| Ok(Some(intersects(one, other))))))
}
