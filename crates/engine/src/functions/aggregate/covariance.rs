//! `covariance`: how do two values of a sample move together?

use crate::accumulators::covariance;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "covariance",
    aliases: &[],
    summary: "The covariance of two values, the group taken as a sample.",
    signatures: &[Signature::new(
        &[required("expr1", Accepts::Real, "the first values"), required("expr2", Accepts::Real, "the second values")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/covariance-aggregation-function",
    lower: covariance(true, None),
};
