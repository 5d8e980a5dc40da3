//! `gzip_compress_to_base64_string`: what is this text in gzip and base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::functions::prelude::*;
use crate::text::stored::gzip;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "gzip_compress_to_base64_string",
    aliases: &[],
    summary: "Puts a text into the gzip format and writes it in base64.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/gzip-base64-compress",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| STANDARD.encode(gzip(text.get(row).as_bytes())))
}
