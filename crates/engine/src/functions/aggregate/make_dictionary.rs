//! `make_dictionary`: the bags of a group as one, the first 128 keys.

use crate::accumulators::old_bag;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_dictionary",
    aliases: &[],
    summary: "As `make_bag`, and holds 128 keys unless it is told otherwise.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Type(Type::Dynamic), "what is collected"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, 128 unless told, at most 1048576")
                .constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-bag-aggregation-function",
    lower: old_bag(),
};
