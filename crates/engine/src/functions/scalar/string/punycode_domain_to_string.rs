//! `punycode_domain_to_string`: what is this domain in the letters of host names?

use crate::functions::prelude::*;
use crate::text::punycode::encode_domain;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "punycode_domain_to_string",
    aliases: &[],
    summary: "Encodes the labels of a domain that are not ASCII; empty when that fails.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/punycode-domain-to-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| encode_domain(text.get(row)).unwrap_or_default())
}
