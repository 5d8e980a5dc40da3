//! `punycode_from_string`: what is this text in the letters of host names?

use crate::functions::prelude::*;
use crate::text::punycode::encode;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "punycode_from_string",
    aliases: &[],
    summary: "Encodes a text in Punycode, without `xn--` before it; empty when that fails.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/punycode-from-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| encode(text.get(row)).unwrap_or_default())
}
