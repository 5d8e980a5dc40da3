//! `base64_decode_tostring`: which text is this in base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_decode_tostring",
    aliases: &["base64_decodestring"],
    summary: "Decodes base64 to a text; empty when it is no base64, or not of a text in UTF-8.",
    signatures: &[Signature::new(
        &[required("base64_string", Accepts::Type(Type::String), "the base64")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-decode-tostring-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| {
        STANDARD.decode(text.get(row)).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    })
}
