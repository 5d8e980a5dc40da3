//! `stdevp`: how far do the values of a population spread?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "stdevp",
    aliases: &[],
    summary: "The standard deviation of a group, taken as the whole population.",
    signatures: &[Signature::new(&[required("expr", Accepts::Real, "the values")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/stdevp-aggregation-function",
    lower: moment(Moment::StdevP, None),
};
