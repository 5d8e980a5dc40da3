//! `erf`: what is the error function of this?

use crate::functions::prelude::*;
use crate::probability::erf;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "erf",
    aliases: &[],
    summary: "The error function: the odds that a normal number lies within.",
    signatures: &[Signature::new(&[required("x", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/erf-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let x = args.reals(0)?;
    args.make_reals(|row| x.get(row).map(erf))
}
