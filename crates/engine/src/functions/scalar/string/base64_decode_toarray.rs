//! `base64_decode_toarray`: which bytes are this in base64?

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_decode_toarray",
    aliases: &[],
    summary: "Decodes base64 to an array of byte values; null when it is no base64.",
    signatures: &[Signature::new(
        &[required("base64_string", Accepts::Type(Type::String), "the base64")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-decode-toarray-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.write_json(|row, out| {
        let bytes = STANDARD.decode(text.get(row)).ok()?;
        out.push('[');
        for (at, byte) in bytes.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write!(out, "{byte}").expect("a String grows");
        }
        out.push(']');
        Some(())
    })
}
