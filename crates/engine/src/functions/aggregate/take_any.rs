//! `take_any`: some row of a group.

use crate::accumulators::{Choice, choice};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "take_any",
    aliases: &["any"],
    summary: "Gives columns of one row of each group, one that holds values if there is any.",
    signatures: &[Signature::repeating(
        &[required("expr", Accepts::AnyOrStar, "what comes out")],
        1,
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/take-any-aggregation-function",
    lower: choice(Choice::Any, None),
};
