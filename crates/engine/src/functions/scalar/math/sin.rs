//! `sin`: what is the sine of this angle?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "sin",
    aliases: &[],
    summary: "Computes the sine of an angle in radians.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/sin-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(f64::sin))
}
