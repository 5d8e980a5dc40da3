//! `geo_polygon_to_h3cells`: the H3 cells of a polygon.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{Region, Shape, Shapes, polygon_h3_cells, try_json};
use datafusion::common::not_impl_err;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_polygon_to_h3cells",
    aliases: &[],
    summary: "The H3 cells of one resolution whose middles a polygon holds.",
    signatures: &[Signature::new(
        &[
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
            optional("resolution", Accepts::Type(Type::Long), "0 to 15, the finest; 6 when not given"),
            optional("radius", Accepts::Type(Type::Real), "meters; only 0 is built"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-polygon-to-h3cells-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let shapes = Shapes::new(args, 0, flat_polygon)?;
    let resolution = if args.len() > 1 { args.longs(1)? } else { Longs::One(Some(6)) };
    let radius = if args.len() > 2 { args.reals(2)? } else { Reals::One(Some(0.0)) };
    try_json(args, |row| {
        let (Some(resolution), Some(radius)) = (resolution.get(row), radius.get(row)) else { return Ok(None) };
        shapes.with(row, |shape| {
            if radius > 0.0 {
                return not_impl_err!("geo_polygon_to_h3cells with a radius");
            }
            let cells = if radius == 0.0 { polygon_h3_cells(shape, resolution)? } else { None };
            Ok(cells.map(|cells| array_of(cells.iter().map(|token| quoted(token)))))
        })
    })
}

/// The places of a polygon that is valid.
fn flat_polygon(json: &str) -> Result<Option<Shape>> {
    Ok(if Region::parse(json)?.is_some() { Shape::polygon(json)? } else { None })
}
