//! `has_any_ipv4`: is any of several IPv4 addresses in a text?

use crate::functions::prelude::*;
use crate::network::{any_in_text, contains_address};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "has_any_ipv4",
    aliases: &[],
    summary: "Tells whether any of several IPv4 addresses stands in a text.",
    signatures: &[Signature::repeating(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("ip_address", Accepts::AnyOf(&[Type::String, Type::Dynamic]), "an address, or an array of such"),
        ],
        1,
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/has-any-ipv4-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    any_in_text(args, contains_address)
}
