//! `geo_distance_2points`: how far is one place from another?

use crate::functions::prelude::*;
use crate::geography::{distance_m, points, spheroid_distance_m};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_distance_2points",
    aliases: &[],
    summary: "The shortest distance between two places, in meters.",
    signatures: &[Signature::new(
        &[
            required("p1_longitude", Accepts::Real, "degrees east"),
            required("p1_latitude", Accepts::Real, "degrees north"),
            required("p2_longitude", Accepts::Real, "degrees east"),
            required("p2_latitude", Accepts::Real, "degrees north"),
            optional("use_spheroid", Accepts::Type(Type::Bool), "measures on the ellipsoid of WGS-84, not on a sphere"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-distance-2points-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let places = points::<2>(args, 0)?;
    let on_spheroid = if args.len() > 4 { args.bools(4)? } else { Bools::One(Some(false)) };
    args.make_reals(|row| {
        let [from, to] = places(row)?;
        Some(if on_spheroid.get(row)? { spheroid_distance_m(from, to) } else { distance_m(&from.point(), &to.point()) })
    })
}
