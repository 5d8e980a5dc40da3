//! `loggamma`: what is the logarithm of the gamma function of this?

use crate::gamma::log_gamma;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "loggamma",
    aliases: &[],
    summary: "Computes the natural logarithm of the absolute value of the gamma function.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/loggamma-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(log_gamma))
}
