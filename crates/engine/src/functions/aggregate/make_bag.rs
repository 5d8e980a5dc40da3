//! `make_bag`: the bags of a group as one.

use crate::accumulators::bag;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_bag",
    aliases: &[],
    summary: "Merges the bags of a group into one; of equal keys one value stays.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Type(Type::Dynamic), "the bags"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-bag-aggregation-function",
    lower: bag(None),
};
