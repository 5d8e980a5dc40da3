//! `url_decode`: what does this part of a URL read like?

use crate::text::url::decode;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "url_decode",
    aliases: &[],
    summary: "Decodes a text from a URL: `%xx` and `+`; bytes that are no UTF-8 become the replacement character.",
    signatures: &[Signature::new(
        &[required("encoded_url", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/url-decode-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| decode(text.get(row)))
}
