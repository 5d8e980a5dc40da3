//! `geo_intersection_2lines`: where two lines meet.

use crate::functions::prelude::*;
use crate::geography::{Line, Shapes, collection, lines_intersection, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersection_2lines",
    aliases: &[],
    summary: "What two lines have in common, as GeoJSON: points, lines, or an empty collection.",
    signatures: &[Signature::new(
        &[
            required("lineString1", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
            required("lineString2", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersection-2lines-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ones, others) = (Shapes::new(args, 0, Line::parse)?, Shapes::new(args, 1, Line::parse)?);
    try_json(args, |row| {
        ones.with(row, |one| {
            others.with(row, |other| {
                let common = lines_intersection(one, other)?;
                collection(&common.points, &common.lines, vec![]).map(Some)
            })
        })
    })
}
