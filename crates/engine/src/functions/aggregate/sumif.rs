//! `sumif`: what do the values add up to where a predicate holds?

use crate::accumulators::{SUMMABLE, promoted, sum, sum_state};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "sumif",
    aliases: &[],
    summary: "Adds up the values of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(SUMMABLE), "what is added up"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Computed(promoted),
    )],
    source: "https://learn.microsoft.com/kusto/query/sumif-aggregation-function",
    lower: LowerAggregate::Groups { make: sum, state: sum_state, columns: |_| 1, filter: Some(1) },
};
