//! `punycode_domain_from_string`: which domain is this in the letters of host names?

use crate::functions::prelude::*;
use crate::text::punycode::decode_domain;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "punycode_domain_from_string",
    aliases: &[],
    summary: "Decodes the labels of a domain that begin with `xn--`; empty when that fails.",
    signatures: &[Signature::new(
        &[required("string", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/punycode-domain-from-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    args.make_strings(|row| decode_domain(text.get(row)).unwrap_or_default())
}
