//! `geo_point_in_polygon`: is a place in a polygon?

use crate::functions::prelude::*;
use crate::geography::{Region, Shapes, points, try_bools};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_point_in_polygon",
    aliases: &[],
    summary: "Tells whether a place is in a polygon.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-point-in-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, regions) = (points::<1>(args, 0)?, Shapes::new(args, 2, Region::parse)?);
    try_bools(args, |row| {
        let Some([place]) = places(row) else { return Ok(None) };
        regions.with(row, |region| Ok(Some(region.contains(&place.point()))))
    })
}
