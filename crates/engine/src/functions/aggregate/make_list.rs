//! `make_list`: which values has a group?

use crate::accumulators::{Nulls, list};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_list",
    aliases: &[],
    summary: "Makes an array of all values of a group, nulls left out.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is collected"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-list-aggregation-function",
    lower: list(Nulls::Skip, None),
};
