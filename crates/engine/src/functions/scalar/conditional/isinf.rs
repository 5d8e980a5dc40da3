//! `isinf`: is this infinite?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isinf",
    aliases: &[],
    summary: "Tells whether a real is positive or negative infinity. Null is false.",
    signatures: &[Signature::new(
        &[required("number", Accepts::Type(Type::Real), "a number")],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/isinf-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_bools(|row| Some(number.get(row).is_some_and(f64::is_infinite)))
}
