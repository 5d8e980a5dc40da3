//! `punycode_to_string`: which text is this in the letters of host names?

use crate::functions::prelude::*;
use crate::text::punycode::decode;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "punycode_to_string",
    aliases: &[],
    summary: "Decodes Punycode that has no `xn--` before it; empty when that fails.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/punycode-to-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| decode(text.get(row)).unwrap_or_default())
}
