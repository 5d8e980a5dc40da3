//! `geo_polygon_to_s2cells`: the S2 cells of a polygon.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{LEVEL_DEFAULT, Polygon, Shapes, polygon_cells, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_polygon_to_s2cells",
    aliases: &[],
    summary: "The S2 cells of one level that cover a polygon and what is within a radius of it.",
    signatures: &[Signature::new(
        &[
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
            optional("level", Accepts::Type(Type::Long), "0 to 30, the finest; 11 when not given"),
            optional("radius", Accepts::Type(Type::Real), "meters; 0 when not given"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-polygon-to-s2cells-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let shapes = Shapes::new(args, 0, Polygon::parse)?;
    let level = if args.len() > 1 { args.longs(1)? } else { Longs::One(Some(LEVEL_DEFAULT)) };
    let radius = if args.len() > 2 { args.reals(2)? } else { Reals::One(Some(0.0)) };
    try_json(args, |row| {
        let (Some(level), Some(radius)) = (level.get(row), radius.get(row)) else { return Ok(None) };
        shapes.with(row, |polygon| {
            let cells = polygon_cells(polygon, level, radius)?;
            Ok(cells.map(|cells| array_of(cells.iter().map(|token| quoted(token)))))
        })
    })
}
