//! `has_ipv4_prefix`: is an IPv4 address of this prefix in a text?

use crate::functions::prelude::*;
use crate::network::contains_prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "has_ipv4_prefix",
    aliases: &[],
    summary: "Tells whether an IPv4 address that begins so stands in a text.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required(
                "ip_address_prefix",
                Accepts::Type(Type::String),
                "an address, or one to three of its numbers, each with its dot",
            ),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/has-ipv4-prefix-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, prefix) = (args.strings(0)?, args.strings(1)?);
    args.make_bools(|row| Some(contains_prefix(source.get(row), prefix.get(row))))
}
