//! `variancep`: how far do the values of a population spread, squared?

use crate::accumulators::{Moment, moment};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "variancep",
    aliases: &[],
    summary: "The variance of a group, taken as the whole population.",
    signatures: &[Signature::new(&[required("expr", Accepts::Real, "the values")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/variancep-aggregation-function",
    lower: moment(Moment::VarianceP, None),
};
