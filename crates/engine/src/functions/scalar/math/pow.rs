//! `pow`: what is this to that power?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "pow",
    aliases: &[],
    summary: "Raises a number to a power.",
    signatures: &[Signature::new(
        &[required("base", Accepts::Number, "what is raised"), required("exponent", Accepts::Number, "the power")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/pow-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (base, exponent) = (args.reals(0)?, args.reals(1)?);
    args.make_reals(|row| Some(base.get(row)?.powf(exponent.get(row)?)))
}
