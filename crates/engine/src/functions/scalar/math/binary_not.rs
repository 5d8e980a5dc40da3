//! `binary_not`: which bits does this lack?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "binary_not",
    aliases: &[],
    summary: "Turns every bit of a whole number.",
    signatures: &[Signature::new(
        &[required("value", Accepts::Type(Type::Long), "a whole number")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-not-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.longs(0)?;
    args.make_longs(|row| Some(!value.get(row)?))
}
