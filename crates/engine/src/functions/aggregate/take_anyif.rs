//! `take_anyif`: some row for which a predicate holds.

use crate::accumulators::{Choice, choice};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "take_anyif",
    aliases: &["anyif"],
    summary: "Gives a value of one row for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what comes out"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/take-anyif-aggregation-function",
    lower: choice(Choice::Any, Some(1)),
};
