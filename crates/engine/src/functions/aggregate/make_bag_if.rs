//! `make_bag_if`: the bags of a group as one, where a predicate holds.

use crate::accumulators::bag;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_bag_if",
    aliases: &[],
    summary: "Merges the bags of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Type(Type::Dynamic), "the bags"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-bag-if-aggregation-function",
    lower: bag(Some(1)),
};
