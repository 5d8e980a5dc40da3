//! `binary_and`: which bits do both have?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "binary_and",
    aliases: &[],
    summary: "Computes the bitwise and of two whole numbers.",
    signatures: &[Signature::new(
        &[
            required("value1", Accepts::Type(Type::Long), "a whole number"),
            required("value2", Accepts::Type(Type::Long), "another"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-and-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| Some(left.get(row)? & right.get(row)?))
}
