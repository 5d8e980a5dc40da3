//! `sum`: what do the values of a group add up to?

use crate::accumulators::{SUMMABLE, promoted, sum, sum_state};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "sum",
    aliases: &[],
    summary: "Adds up the values of a group; whole numbers wrap around.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::AnyOf(SUMMABLE), "what is added up")],
        Returns::Computed(promoted),
    )],
    source: "https://learn.microsoft.com/kusto/query/sum-aggregation-function",
    lower: LowerAggregate::Groups { make: sum, state: sum_state, columns: |_| 1, filter: None },
};
