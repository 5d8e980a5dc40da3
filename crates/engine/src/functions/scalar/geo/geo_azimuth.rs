//! `geo_azimuth`: in which direction is a place?

use crate::functions::prelude::*;
use crate::geography::reals_of_points;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_azimuth",
    aliases: &[],
    summary: "The direction from one place to another, clockwise from north, in radians.",
    signatures: &[Signature::new(
        &[
            required("p1_longitude", Accepts::Real, "degrees east"),
            required("p1_latitude", Accepts::Real, "degrees north"),
            required("p2_longitude", Accepts::Real, "degrees east"),
            required("p2_latitude", Accepts::Real, "degrees north"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-azimuth-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    reals_of_points::<2>(args, |[from, to]| from.azimuth(to))
}
