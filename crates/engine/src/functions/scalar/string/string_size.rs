//! `string_size`: how long is a text, in bytes?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "string_size",
    aliases: &[],
    summary: "Counts the bytes of a text in UTF-8.",
    signatures: &[Signature::new(
        &[required("source", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/string-size-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    args.make_longs(|row| i64::try_from(source.get(row).len()).ok())
}
