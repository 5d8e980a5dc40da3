//! `hll_merge`: what is kept of several sketches?

use crate::accumulators::{Hll, merging};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "hll_merge",
    aliases: &[],
    summary: "Merges the sketches of `hll` of a group into one.",
    signatures: &[Signature::new(
        &[required("hll", Accepts::Type(Type::Dynamic), "the sketches")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/hll-merge-aggregation-function",
    lower: merging::<Hll>(),
};
