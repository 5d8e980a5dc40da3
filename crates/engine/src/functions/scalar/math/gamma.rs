//! `gamma`: what is the gamma function of this?

use crate::gamma::gamma;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "gamma",
    aliases: &[],
    summary: "Computes the gamma function, (n - 1)! for a whole n.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/gamma-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(gamma))
}
