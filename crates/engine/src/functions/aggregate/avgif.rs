//! `avgif`: what is the mean where a predicate holds?

use crate::accumulators::{AVERAGED, averaged, mean};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "avgif",
    aliases: &[],
    summary: "The mean of the values of the rows for which the predicate is true.",
    signatures: &[
        Signature::new(
            &[
                required("expr", Accepts::AnyOf(AVERAGED), "what is averaged"),
                required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            ],
            Returns::Computed(averaged),
        ),
        Signature::new(
            &[
                required("expr", Accepts::AnyOf(&[Type::TimeSpan, Type::DateTime]), "what is averaged"),
                required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            ],
            Returns::Argument(0),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/avgif-aggregation-function",
    lower: mean(Some(1)),
};
