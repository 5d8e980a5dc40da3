//! `atan2`: at which angle is this point seen?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "atan2",
    aliases: &[],
    summary: "Computes the angle, in radians, between the x axis and the point (x, y).",
    signatures: &[Signature::new(
        &[required("y", Accepts::Number, "the y coordinate"), required("x", Accepts::Number, "the x coordinate")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/atan2-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (y, x) = (args.reals(0)?, args.reals(1)?);
    args.make_reals(|row| Some(y.get(row)?.atan2(x.get(row)?)))
}
