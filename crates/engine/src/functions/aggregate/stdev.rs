//! `stdev`: how far do the values of a sample spread?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "stdev",
    aliases: &[],
    summary: "The standard deviation of a group, taken as a sample.",
    signatures: &[Signature::new(&[required("expr", Accepts::Real, "the values")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/stdev-aggregation-function",
    lower: moment(Moment::Stdev, None),
};
