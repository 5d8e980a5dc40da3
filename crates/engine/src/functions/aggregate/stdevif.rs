//! `stdevif`: how far do the values spread where a predicate holds?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "stdevif",
    aliases: &[],
    summary: "The sample standard deviation of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Real, "the values"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/stdevif-aggregation-function",
    lower: moment(Moment::Stdev, Some(1)),
};
