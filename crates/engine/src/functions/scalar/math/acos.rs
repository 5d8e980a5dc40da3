//! `acos`: which angle has this cosine?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "acos",
    aliases: &[],
    summary: "Computes the angle, in radians, whose cosine is the number; null outside -1 … 1.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/acos-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).filter(|number| (-1.0..=1.0).contains(number)).map(f64::acos))
}
