//! `hash_sha256`: what is the SHA-256 digest of this?

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "hash_sha256",
    aliases: &[],
    summary: "Writes the SHA-256 digest of a value's text in hexadecimal.",
    signatures: &[Signature::new(
        &[required("source", Accepts::Any, "any scalar but a dynamic")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/hash-sha256-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    args.write_strings(|row, out| {
        for byte in Sha256::digest(source.get(row).as_bytes()) {
            write!(out, "{byte:02x}").expect("a String grows");
        }
    })
}
