//! `ipv4_is_in_range`: is an IPv4 address in a network?

use crate::functions::prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv4_is_in_range",
    aliases: &[],
    summary: "Tells whether an IPv4 address is in the network of a prefix.",
    signatures: &[Signature::new(
        &[
            required("ip", Accepts::Type(Type::String), "the address"),
            required("range", Accepts::Type(Type::String), "address/prefix"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-in-range-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ip, range) = (args.strings(0)?, args.strings(1)?);
    args.make_bools(|row| Some(Ipv4Prefix::parse(ip.get(row))?.is_in(Ipv4Prefix::parse(range.get(row))?)))
}
