//! `exp10`: what is 10 to this power?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "exp10",
    aliases: &[],
    summary: "Computes 10 raised to a number.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/exp10-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(|number| 10_f64.powf(number)))
}
