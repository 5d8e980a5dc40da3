//! `covarianceif`: how do two values move together where a predicate holds?

use crate::accumulators::covariance;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "covarianceif",
    aliases: &[],
    summary: "The sample covariance of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr1", Accepts::Real, "the first values"),
            required("expr2", Accepts::Real, "the second values"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/covarianceif-aggregation-function",
    lower: covariance(true, Some(2)),
};
