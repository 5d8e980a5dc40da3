//! `geo_angle`: the angle between two lines that meet.

use crate::functions::prelude::*;
use crate::geography::{full_turn, reals_of_points};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_angle",
    aliases: &[],
    summary: "The angle from the line to the first place to the line to the third, clockwise around the second, in radians.",
    signatures: &[Signature::new(
        &[
            required("p1_longitude", Accepts::Real, "degrees east"),
            required("p1_latitude", Accepts::Real, "degrees north"),
            required("p2_longitude", Accepts::Real, "degrees east"),
            required("p2_latitude", Accepts::Real, "degrees north"),
            required("p3_longitude", Accepts::Real, "degrees east"),
            required("p3_latitude", Accepts::Real, "degrees north"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-angle-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    reals_of_points::<3>(args, |[first, middle, last]| Some(full_turn(middle.azimuth(last)? - middle.azimuth(first)?)))
}
