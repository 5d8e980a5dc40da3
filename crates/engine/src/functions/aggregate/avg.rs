//! `avg`: what is the mean of a group?

use crate::accumulators::{AVERAGED, averaged, mean};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "avg",
    aliases: &[],
    summary: "The mean of a group's values, nulls left out.",
    signatures: &[
        Signature::new(&[required("expr", Accepts::AnyOf(AVERAGED), "what is averaged")], Returns::Computed(averaged)),
        Signature::new(
            &[required("expr", Accepts::AnyOf(&[Type::TimeSpan, Type::DateTime]), "what is averaged")],
            Returns::Argument(0),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/avg-aggregation-function",
    lower: mean(None),
};
