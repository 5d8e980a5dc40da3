//! `log10`: to which power is 10 raised to give this?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "log10",
    aliases: &[],
    summary: "Computes the logarithm of a number to the base 10; null for a negative number, -infinity for 0.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/log10-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| {
        number.get(row).filter(|number| !number.is_sign_negative() || *number == 0.0).map(|number| number.abs().log10())
    })
}
