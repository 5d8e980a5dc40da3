//! `geo_line_locate_point`: where along a line is it nearest to a place?

use crate::functions::prelude::*;
use crate::geography::{Line, Shapes, points, try_reals};
use datafusion::common::not_impl_err;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_line_locate_point",
    aliases: &[],
    summary: "The fraction of the length of a line at which it is nearest to a place.",
    signatures: &[Signature::new(
        &[
            required("lineString", Accepts::Type(Type::Dynamic), "one line, as GeoJSON"),
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            optional("use_spheroid", Accepts::Type(Type::Bool), "measures on an ellipsoid; only false is built"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-line-locate-point-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (lines, places) = (Shapes::new(args, 0, Line::parse)?, points::<1>(args, 1)?);
    let on_spheroid = if args.len() > 3 { args.bools(3)? } else { Bools::One(Some(false)) };
    try_reals(args, |row| match on_spheroid.get(row) {
        Some(true) => not_impl_err!("geo_line_locate_point on a spheroid"),
        Some(false) => lines.with(row, |line| Ok(places(row).and_then(|[place]| line.locate(&place.point())))),
        None => Ok(None),
    })
}
