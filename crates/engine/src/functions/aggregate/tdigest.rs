//! `tdigest`: what is kept of the values of a group, to rank them later?

use crate::accumulators::{RANKED, digest};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "tdigest",
    aliases: &[],
    summary: "Makes a digest of the values of a group, with weights when given, for percentiles and ranks.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(RANKED), "the values"),
            optional("weight", Accepts::Type(Type::Long), "how often each counts"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/tdigest-aggregation-function",
    lower: digest(),
};
