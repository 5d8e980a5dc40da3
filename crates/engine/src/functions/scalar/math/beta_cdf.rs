//! `beta_cdf`: how much of a beta distribution lies below this?

use crate::functions::prelude::*;
use crate::probability::beta_cdf;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "beta_cdf",
    aliases: &[],
    summary: "The cumulative beta distribution; NaN outside of 0 to 1 and for parameters outside of 0 to 10000.",
    signatures: &[Signature::new(
        &[
            required("x", Accepts::Number, "a number"),
            required("alpha", Accepts::Number, "a parameter"),
            required("beta", Accepts::Number, "a parameter"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/beta-cdf-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (x, alpha, beta) = (args.reals(0)?, args.reals(1)?, args.reals(2)?);
    args.make_reals(|row| Some(beta_cdf(x.get(row)?, alpha.get(row)?, beta.get(row)?)))
}
