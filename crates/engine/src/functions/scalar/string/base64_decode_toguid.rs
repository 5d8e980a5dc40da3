//! `base64_decode_toguid`: which guid is this in base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_decode_toguid",
    aliases: &[],
    summary: "Decodes base64 to a guid, the first three groups lowest byte first; null when it is not 16 bytes of base64.",
    signatures: &[Signature::new(
        &[required("base64_string", Accepts::Type(Type::String), "the base64")],
        Returns::Is(Type::Guid),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-decode-toguid-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_json(|row| {
        let bytes: [u8; 16] = STANDARD.decode(text.get(row)).ok()?.try_into().ok()?;
        Some(Uuid::from_bytes_le(bytes).hyphenated().to_string())
    })
}
