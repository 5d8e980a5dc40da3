//! `strlen`: how long is a text, in characters?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strlen",
    aliases: &[],
    summary: "Counts the Unicode code points of a text.",
    signatures: &[Signature::new(
        &[required("source", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/strlen-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    args.make_longs(|row| i64::try_from(source.get(row).chars().count()).ok())
}
