//! `atan`: which angle has this tangent?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "atan",
    aliases: &[],
    summary: "Computes the angle, in radians, whose tangent is the number.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/atan-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(f64::atan))
}
