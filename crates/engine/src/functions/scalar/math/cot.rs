//! `cot`: what is the cotangent of this angle?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "cot",
    aliases: &[],
    summary: "Computes the cotangent of an angle in radians.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "an angle")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/cot-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(|angle| 1.0 / angle.tan()))
}
