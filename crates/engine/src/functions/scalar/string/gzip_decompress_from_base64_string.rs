//! `gzip_decompress_from_base64_string`: which text is this, compressed with gzip and in base64?

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "gzip_decompress_from_base64_string",
    aliases: &[],
    summary: "Decodes base64 and decompresses gzip to a text; empty when it is none, or too long.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the base64")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/gzip-base64-decompress",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| text_of(text.get(row)).unwrap_or_default())
}

/// A small text can unpack to a huge one; Kusto's own longest string is 1 MiB.
const BYTES_MAX: u64 = 1 << 20;

fn text_of(base64: &str) -> Option<String> {
    let bytes = STANDARD.decode(base64).ok()?;
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).take(BYTES_MAX + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= BYTES_MAX).then_some(text)
}
