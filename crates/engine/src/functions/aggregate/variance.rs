//! `variance`: how far do the values of a sample spread, squared?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "variance",
    aliases: &[],
    summary: "The variance of a group, taken as a sample.",
    signatures: &[Signature::new(&[required("expr", Accepts::Real, "the values")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/variance-aggregation-function",
    lower: moment(Moment::Variance, None),
};
