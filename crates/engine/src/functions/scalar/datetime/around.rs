//! `around`: is this within so much of that?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "around",
    aliases: &[],
    summary: "Tells whether a value is at most a distance away from a center.",
    signatures: &[
        Signature::new(
            &[
                required("value", Accepts::Number, "the value"),
                required("center", Accepts::Number, "the center"),
                required("delta", Accepts::Number, "the distance"),
            ],
            Returns::Is(Type::Bool),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::DateTime), "the value"),
                required("center", Accepts::Type(Type::DateTime), "the center"),
                required("delta", Accepts::Type(Type::TimeSpan), "the distance"),
            ],
            Returns::Is(Type::Bool),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::TimeSpan), "the value"),
                required("center", Accepts::Type(Type::TimeSpan), "the center"),
                required("delta", Accepts::Type(Type::TimeSpan), "the distance"),
            ],
            Returns::Is(Type::Bool),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/around-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    if (0..args.len()).any(|at| args.ty(at) == Type::Decimal) {
        let (value, center, delta) = (args.decimals(0)?, args.decimals(1)?, args.decimals(2)?);
        return args.make_bools(|row| Some(value.get(row)?.minus(center.get(row)?)?.magnitude() <= delta.get(row)?));
    }
    if (0..args.len()).any(|at| args.ty(at) == Type::Real) {
        let (value, center, delta) = (args.reals(0)?, args.reals(1)?, args.reals(2)?);
        return args.make_bools(|row| Some((value.get(row)? - center.get(row)?).abs() <= delta.get(row)?));
    }
    let (value, center, delta) = (args.longs(0)?, args.longs(1)?, args.longs(2)?);
    args.make_bools(|row| {
        let distance = value.get(row)?.abs_diff(center.get(row)?);
        Some(u64::try_from(delta.get(row)?).is_ok_and(|delta| distance <= delta))
    })
}
