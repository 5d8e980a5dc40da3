//! `geo_intersects_2lines`: do two lines meet?

use crate::functions::prelude::*;
use crate::geography::{Line, Shapes, lines_intersect, try_bools};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_intersects_2lines",
    aliases: &[],
    summary: "Tells whether two lines have a point in common.",
    signatures: &[Signature::new(
        &[
            required("lineString1", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
            required("lineString2", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-intersects-2lines-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ones, others) = (Shapes::new(args, 0, Line::parse)?, Shapes::new(args, 1, Line::parse)?);
    try_bools(args, |row| ones.with(row, |one| others.with(row, |other| Ok(Some(lines_intersect(one, other))))))
}
