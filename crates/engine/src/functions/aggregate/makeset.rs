//! `makeset`: the different values of a group, the first 128.

use crate::accumulators::old_set;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "makeset",
    aliases: &[],
    summary: "As `make_set`, and holds 128 values unless it is told otherwise.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is collected"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, 128 unless told, at most 1048576")
                .constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-set-aggregation-function",
    lower: old_set(),
};
