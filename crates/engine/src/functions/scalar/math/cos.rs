//! `cos`: what is the cosine of this angle?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "cos",
    aliases: &[],
    summary: "Computes the cosine of an angle in radians.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/cos-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(f64::cos))
}
