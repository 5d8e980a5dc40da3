//! `binary_all_xor`: the bitwise xor of a group.

use crate::accumulators::{Bits, binary};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "binary_all_xor",
    aliases: &[],
    summary: "Combines the bits of all values of a group with xor.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::Type(Type::Long), "the values")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-all-xor-aggregation-function",
    lower: binary(Bits::Xor),
};
