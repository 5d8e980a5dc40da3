//! `arg_min`: which row of a group has the least value?

use crate::accumulators::{Choice, EXTREMES, choice};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "arg_min",
    aliases: &["argmin"],
    summary: "Gives columns of the row with the least value of the first argument.",
    signatures: &[
        Signature::new(&[required("expr", Accepts::AnyOf(EXTREMES), "what is compared")], Returns::Argument(0)),
        Signature::repeating(
            &[
                required("expr", Accepts::AnyOf(EXTREMES), "what is compared"),
                required("returned", Accepts::AnyOrStar, "what comes out beside it"),
            ],
            1,
            Returns::Argument(0),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/arg-min-aggregation-function",
    lower: choice(Choice::Min, None),
};
