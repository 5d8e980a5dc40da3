//! `geo_closest_point_on_polygon`: where is a polygon nearest to a place?

use crate::functions::prelude::*;
use crate::geography::{LngLat, Region, Shapes, point_json, points, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_closest_point_on_polygon",
    aliases: &[],
    summary: "The place in a polygon that is nearest to a place, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            required("polygon", Accepts::Type(Type::Dynamic), "a polygon or several, as GeoJSON"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-closest-point-on-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, regions) = (points::<1>(args, 0)?, Shapes::new(args, 2, Region::parse)?);
    try_json(args, |row| {
        let Some([place]) = places(row) else { return Ok(None) };
        let point = place.point();
        regions.with(row, |region| {
            if region.contains(&point) {
                return Ok(Some(point_json(place)));
            }
            Ok(region.nearest(&point).map(|nearest| point_json(LngLat::of(&nearest))))
        })
    })
}
