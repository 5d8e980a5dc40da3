//! `varianceif`: how far do the values spread, squared, where a predicate holds?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "varianceif",
    aliases: &[],
    summary: "The sample variance of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Real, "the values"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/varianceif-aggregation-function",
    lower: moment(Moment::Variance, Some(1)),
};
