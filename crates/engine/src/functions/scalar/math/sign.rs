//! `sign`: on which side of zero is this?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "sign",
    aliases: &[],
    summary: "Gives -1, 0 or 1 as the number is negative, zero or positive.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/sign-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(sign))
}

fn sign(number: f64) -> f64 {
    if number == 0.0 || number.is_nan() { number } else { number.signum() }
}
