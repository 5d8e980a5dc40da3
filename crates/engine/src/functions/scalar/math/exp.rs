//! `exp`: what is e to this power?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "exp",
    aliases: &[],
    summary: "Computes e raised to a number.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/exp-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(f64::exp))
}
