//! `base64_encode_fromarray`: what are these bytes in base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::dynamic::array_items;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_encode_fromarray",
    aliases: &[],
    summary: "Encodes an array of byte values in base64; empty when it is no such array.",
    signatures: &[Signature::new(
        &[required("bytes", Accepts::Type(Type::Dynamic), "an array of whole numbers from 0 to 255")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-encode-fromarray-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let bytes = args.json(0)?;
    args.write_strings(|row, out| {
        let bytes = bytes
            .get(row)
            .and_then(array_items)
            .and_then(|items| items.map(|item| item.parse().ok()).collect::<Option<Vec<u8>>>());
        STANDARD.encode_string(bytes.unwrap_or_default(), out);
    })
}
