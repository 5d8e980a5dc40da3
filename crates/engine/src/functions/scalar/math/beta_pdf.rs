//! `beta_pdf`: how dense is a beta distribution here?

use crate::functions::prelude::*;
use crate::probability::beta_pdf;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "beta_pdf",
    aliases: &[],
    summary: "The density of the beta distribution; NaN outside of 0 to 1 and for parameters that are not above 0.",
    signatures: &[Signature::new(
        &[
            required("x", Accepts::Number, "a number"),
            required("alpha", Accepts::Number, "a parameter"),
            required("beta", Accepts::Number, "a parameter"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/beta-pdf-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (x, alpha, beta) = (args.reals(0)?, args.reals(1)?, args.reals(2)?);
    args.make_reals(|row| Some(beta_pdf(x.get(row)?, alpha.get(row)?, beta.get(row)?)))
}
