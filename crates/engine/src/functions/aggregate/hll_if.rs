//! `hll_if`: what is kept of the values of a group where a predicate holds?

use crate::accumulators::{COUNTED, hll};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "hll_if",
    aliases: &[],
    summary: "Makes a sketch of the values of a group for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(COUNTED), "what is counted"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            optional("accuracy", Accepts::Type(Type::Long), "0 to 4, from fast to exact").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/hll-if-aggregation-function",
    lower: hll(Some(1)),
};
