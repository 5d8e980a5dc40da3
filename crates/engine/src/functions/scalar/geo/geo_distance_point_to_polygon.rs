//! `geo_distance_point_to_polygon`: how far is a place from a polygon?

use crate::functions::prelude::*;
use crate::geography::{Region, Shapes, distance_m, points, try_reals};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_distance_point_to_polygon",
    aliases: &[],
    summary: "The shortest distance between a place and a polygon, in meters; 0 inside.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-distance-point-to-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, regions) = (points::<1>(args, 0)?, Shapes::new(args, 2, Region::parse)?);
    try_reals(args, |row| {
        let Some([place]) = places(row) else { return Ok(None) };
        let point = place.point();
        regions.with(row, |region| {
            if region.contains(&point) {
                return Ok(Some(0.0));
            }
            Ok(region.nearest(&point).map(|nearest| distance_m(&point, &nearest)))
        })
    })
}
