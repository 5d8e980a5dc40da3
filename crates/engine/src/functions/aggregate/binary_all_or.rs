//! `binary_all_or`: the bitwise or of a group.

use crate::accumulators::{Bits, binary};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "binary_all_or",
    aliases: &[],
    summary: "Combines the bits of all values of a group with or.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::Type(Type::Long), "the values")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-all-or-aggregation-function",
    lower: binary(Bits::Or),
};
