//! `make_set`: which different values has a group?

use crate::accumulators::set;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_set",
    aliases: &[],
    summary: "Makes an array of the different values of a group.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is collected"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-set-aggregation-function",
    lower: set(None),
};
