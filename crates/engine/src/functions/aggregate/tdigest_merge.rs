//! `tdigest_merge`: what is kept of several digests?

use crate::accumulators::{Digest, merging};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "tdigest_merge",
    aliases: &["merge_tdigest"],
    summary: "Merges the digests of `tdigest` of a group into one.",
    signatures: &[Signature::new(
        &[required("tdigest", Accepts::Type(Type::Dynamic), "the digests")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/tdigest-merge-aggregation-function",
    lower: merging::<Digest>(),
};
