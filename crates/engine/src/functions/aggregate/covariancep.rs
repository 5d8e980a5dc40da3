//! `covariancep`: how do two values of a population move together?

use crate::accumulators::covariance;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "covariancep",
    aliases: &[],
    summary: "The covariance of two values, the group taken as the whole population.",
    signatures: &[Signature::new(
        &[required("expr1", Accepts::Real, "the first values"), required("expr2", Accepts::Real, "the second values")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/covariancep-aggregation-function",
    lower: covariance(false, None),
};
