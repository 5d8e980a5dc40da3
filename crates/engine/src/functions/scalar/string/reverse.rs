//! `reverse`: what is a text backwards?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "reverse",
    aliases: &[],
    summary: "Writes the characters of a text in reverse order.",
    signatures: &[Signature::new(
        &[required("source", Accepts::Any, "any scalar, as its text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/reverse-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    args.write_strings(|row, out| out.extend(source.get(row).chars().rev()))
}
