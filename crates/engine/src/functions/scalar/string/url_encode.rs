//! `url_encode`: how is this written in a URL?

use crate::text::url::encode;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "url_encode",
    aliases: &[],
    summary: "Encodes a text for a URL, a space as `+`.",
    signatures: &[Signature::new(
        &[required("url", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/url-encode-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.write_strings(|row, out| encode(text.get(row), "+", out))
}
