//! `geo_intersection_2polygons`: what two polygons have in common.

use crate::functions::prelude::*;
use crate::geography::{Operation, Polygon, Shapes, intersection_json, overlay, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersection_2polygons",
    aliases: &[],
    summary: "What two polygons have in common, as GeoJSON: polygons, and where they only touch, points and lines.",
    signatures: &[Signature::new(
        &[
            required("polygon1", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
            required("polygon2", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersection-2polygons-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ones, others) = (Shapes::new(args, 0, Polygon::parse)?, Shapes::new(args, 1, Polygon::parse)?);
    try_json(args, |row| {
        ones.with(row, |one| {
            others.with(row, |other| intersection_json(overlay(one, other, Operation::Intersection)).map(Some))
        })
    })
}
