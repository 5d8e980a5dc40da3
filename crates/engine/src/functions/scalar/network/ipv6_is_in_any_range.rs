//! `ipv6_is_in_any_range`: is an IPv6 address in one of several networks?

use crate::functions::prelude::*;
use crate::network::{Ipv6Prefix, any_range};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv6_is_in_any_range",
    aliases: &[],
    summary: "Tells whether an IPv6 address is in any of several networks.",
    signatures: &[
        Signature::new(
            &[
                required("ip", Accepts::Type(Type::String), "the address"),
                required("ranges", Accepts::Type(Type::Dynamic), "an array of networks"),
            ],
            Returns::Is(Type::Bool),
        ),
        Signature::repeating(
            &[
                required("ip", Accepts::Type(Type::String), "the address"),
                required("range", Accepts::Type(Type::String), "address/prefix"),
            ],
            1,
            Returns::Is(Type::Bool),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-in-any-range-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    any_range(args, Ipv6Prefix::parse, Ipv6Prefix::is_in)
}
