//! `base64_encode_fromguid`: what is this guid in base64?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "base64_encode_fromguid",
    aliases: &[],
    summary: "Encodes the 16 bytes of a guid in base64, the first three groups lowest byte first; empty for null.",
    signatures: &[Signature::new(
        &[required("guid", Accepts::Type(Type::Guid), "the guid")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/base64-encode-fromguid-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let guid = args.json(0)?;
    args.write_strings(|row, out| {
        if let Some(guid) = guid.get(row).and_then(|guid| Uuid::parse_str(guid).ok()) {
            STANDARD.encode_string(guid.to_bytes_le(), out);
        }
    })
}
