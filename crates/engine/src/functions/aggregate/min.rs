//! `min`: what is the least value of a group?

use crate::accumulators::{EXTREMES, Extreme, lower_extreme};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "min",
    aliases: &[],
    summary: "The least value of a group, nulls left out.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::AnyOf(EXTREMES), "what is compared")],
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/min-aggregation-function",
    lower: LowerAggregate::Rewrite(|call| lower_extreme(Extreme::Min, call)),
};
