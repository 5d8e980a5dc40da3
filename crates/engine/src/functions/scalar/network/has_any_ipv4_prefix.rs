//! `has_any_ipv4_prefix`: is any of several IPv4 prefixes in a text?

use crate::functions::prelude::*;
use crate::network::{any_in_text, contains_prefix};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "has_any_ipv4_prefix",
    aliases: &[],
    summary: "Tells whether any of several beginnings of IPv4 addresses stands in a text.",
    signatures: &[Signature::repeating(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required(
                "ip_address_prefix",
                Accepts::AnyOf(&[Type::String, Type::Dynamic]),
                "an address, or one to three of its numbers, each with its dot, or an array of such",
            ),
        ],
        1,
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/has-any-ipv4-prefix-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    any_in_text(args, contains_prefix)
}
