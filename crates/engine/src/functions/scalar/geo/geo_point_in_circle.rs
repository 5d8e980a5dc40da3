//! `geo_point_in_circle`: is a place in a circle?

use crate::functions::prelude::*;
use crate::geography::{distance_m, points};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_point_in_circle",
    aliases: &[],
    summary: "Tells whether a place is in the circle around another.",
    signatures: &[Signature::new(
        &[
            required("p_longitude", Accepts::Real, "degrees east"),
            required("p_latitude", Accepts::Real, "degrees north"),
            required("pc_longitude", Accepts::Real, "of the middle, degrees east"),
            required("pc_latitude", Accepts::Real, "of the middle, degrees north"),
            required("c_radius", Accepts::Real, "meters, more than 0"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-point-in-circle-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (places, radius) = (points::<2>(args, 0)?, args.reals(4)?);
    args.make_bools(|row| {
        let [place, center] = places(row)?;
        let radius = radius.get(row).filter(|radius| *radius > 0.0)?;
        Some(distance_m(&place.point(), &center.point()) <= radius)
    })
}
