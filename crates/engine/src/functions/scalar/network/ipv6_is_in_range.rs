//! `ipv6_is_in_range`: is an IPv6 address in a network?

use crate::functions::prelude::*;
use crate::network::Ipv6Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv6_is_in_range",
    aliases: &[],
    summary: "Tells whether an IPv6 address is in the network of a prefix.",
    signatures: &[Signature::new(
        &[
            required("ip", Accepts::Type(Type::String), "the address"),
            required("range", Accepts::Type(Type::String), "address/prefix"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-in-range-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ip, range) = (args.strings(0)?, args.strings(1)?);
    args.make_bools(|row| Some(Ipv6Prefix::parse(ip.get(row))?.is_in(Ipv6Prefix::parse(range.get(row))?)))
}
