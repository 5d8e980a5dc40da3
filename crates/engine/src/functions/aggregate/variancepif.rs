//! `variancepif`: how far does the population spread, squared, where a predicate holds?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "variancepif",
    aliases: &[],
    summary: "The population variance of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Real, "the values"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/variancepif-aggregation-function",
    lower: moment(Moment::VarianceP, Some(1)),
};
