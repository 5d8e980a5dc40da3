//! `bitset_count_ones`: how many bits are set?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bitset_count_ones",
    aliases: &[],
    summary: "Counts the set bits of a whole number.",
    signatures: &[Signature::new(
        &[required("value", Accepts::Type(Type::Long), "a whole number")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/bitset-count-ones-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.longs(0)?;
    args.make_longs(|row| Some(i64::from(value.get(row)?.count_ones())))
}
