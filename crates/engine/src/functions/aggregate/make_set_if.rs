//! `make_set_if`: which different values are there where a predicate holds?

use crate::accumulators::set;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_set_if",
    aliases: &[],
    summary: "Makes an array of the different values of the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is collected"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            optional("maxSize", Accepts::Type(Type::Long), "the most elements, at most 1048576").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-set-if-aggregation-function",
    lower: set(Some(1)),
};
