//! `hll`: what is kept of the values of a group, to count the different ones later?

use crate::accumulators::{COUNTED, hll};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "hll",
    aliases: &[],
    summary: "Makes a sketch of the values of a group, for `hll_merge` and `dcount_hll`.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(COUNTED), "what is counted"),
            optional("accuracy", Accepts::Type(Type::Long), "0 to 4, from fast to exact").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/hll-aggregation-function",
    lower: hll(None),
};
