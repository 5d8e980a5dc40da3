//! `make_list_if`: which values are there where a predicate holds?

use crate::accumulators::{Nulls, list};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_list_if",
    aliases: &[],
    summary: "Makes an array of the values of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is collected"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-list-if-aggregation-function",
    lower: list(Nulls::Skip, Some(1)),
};
