//! `make_list_with_nulls`: which values has a group, nulls too?

use crate::accumulators::{Nulls, list};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "make_list_with_nulls",
    aliases: &[],
    summary: "Makes an array of all values of a group, nulls among them.",
    signatures: &[Signature::new(&[required("expr", Accepts::Any, "what is collected")], Returns::Is(Type::Dynamic))],
    source: "https://learn.microsoft.com/kusto/query/make-list-with-nulls-aggregation-function",
    lower: list(Nulls::Keep, None),
};
