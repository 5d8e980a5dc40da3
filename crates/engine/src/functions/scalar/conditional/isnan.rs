//! `isnan`: is this no number?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isnan",
    aliases: &[],
    summary: "Tells whether a real is NaN. Null is false.",
    signatures: &[Signature::new(
        &[required("number", Accepts::Type(Type::Real), "a number")],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/isnan-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_bools(|row| Some(number.get(row).is_some_and(f64::is_nan)))
}
