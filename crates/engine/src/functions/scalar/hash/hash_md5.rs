//! `hash_md5`: what is the MD5 digest of this?

use std::fmt::Write;

use md5::{Digest, Md5};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "hash_md5",
    aliases: &[],
    summary: "Writes the MD5 digest of a value's text in hexadecimal.",
    signatures: &[Signature::new(
        &[required("source", Accepts::Any, "any scalar but a dynamic")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/hash-md5-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    args.write_strings(|row, out| {
        for byte in Md5::digest(source.get(row).as_bytes()) {
            write!(out, "{byte:02x}").expect("a String grows");
        }
    })
}
