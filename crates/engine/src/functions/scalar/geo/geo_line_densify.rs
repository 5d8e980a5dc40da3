//! `geo_line_densify`: the straight edges of a line as arcs.

use crate::functions::prelude::*;
use crate::geography::{Shape, Shapes, densify, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_line_densify",
    aliases: &[],
    summary: "Adds places to a line whose edges are straight on a map, so that arcs between them stay close to it.",
    signatures: &[Signature::new(
        &[
            required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON"),
            optional("tolerance", Accepts::Real, "meters, 0.1 to 10,000; 10 when not given"),
            optional("preserve_crossing", Accepts::Type(Type::Bool), "keeps an edge that crosses the antimeridian"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-line-densify-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let shapes = Shapes::new(args, 0, Shape::line)?;
    let tolerance = if args.len() > 1 { args.reals(1)? } else { Reals::One(Some(10.0)) };
    try_json(args, |row| {
        let Some(tolerance) = tolerance.get(row) else { return Ok(None) };
        shapes.with(row, |shape| Ok(densify(shape, tolerance)?.map(|dense| dense.json())))
    })
}
