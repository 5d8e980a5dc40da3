//! `log`: to which power is e raised to give this?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "log",
    aliases: &[],
    summary: "Computes the logarithm of a number to the base e; null for a negative number, -infinity for 0.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/log-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| {
        number.get(row).filter(|number| !number.is_sign_negative() || *number == 0.0).map(|number| number.abs().ln())
    })
}
