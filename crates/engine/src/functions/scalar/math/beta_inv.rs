//! `beta_inv`: below which number lies this much of a beta distribution?

use crate::functions::prelude::*;
use crate::probability::beta_inv;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "beta_inv",
    aliases: &[],
    summary: "The inverse of the cumulative beta distribution; null for a probability outside of 0 to 1, NaN for parameters outside of 0 to 10000.",
    signatures: &[Signature::new(
        &[
            required("probability", Accepts::Number, "a number"),
            required("alpha", Accepts::Number, "a parameter"),
            required("beta", Accepts::Number, "a parameter"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/beta-inv-function",
    lower: Lower::Kernel(evaluate),
};

/// The page's notes and its example disagree on what is null and what NaN; this is the example's.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (probability, alpha, beta) = (args.reals(0)?, args.reals(1)?, args.reals(2)?);
    args.make_reals(|row| {
        let probability = probability.get(row)?;
        let found = beta_inv(probability, alpha.get(row)?, beta.get(row)?);
        (found.is_nan() || probability > 0.0 && probability <= 1.0).then_some(found)
    })
}
