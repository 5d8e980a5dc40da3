//! `binary_all_and`: the bitwise and of a group.

use crate::accumulators::{Bits, binary};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "binary_all_and",
    aliases: &[],
    summary: "Combines the bits of all values of a group with and.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::Type(Type::Long), "the values")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-all-and-aggregation-function",
    lower: binary(Bits::And),
};
