//! `base64_encode_tostring`: what is this in base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_encode_tostring",
    aliases: &["base64_encodestring"],
    summary: "Encodes the UTF-8 bytes of a text in base64.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-encode-tostring-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.write_strings(|row, out| STANDARD.encode_string(text.get(row), out))
}
