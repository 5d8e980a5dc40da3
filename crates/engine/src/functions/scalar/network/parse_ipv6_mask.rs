//! `parse_ipv6_mask`: the network of an address in full IPv6 form.

use crate::functions::prelude::*;
use crate::network::Ipv6Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_ipv6_mask",
    aliases: &[],
    summary: "Writes the network of the leading bits of an IPv6 or IPv4 address in full.",
    signatures: &[Signature::new(
        &[
            required("ip", Accepts::Type(Type::String), "address, or address/prefix"),
            required("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-ipv6-mask-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no address, or no prefix length, gives the empty text.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ip, prefix) = (args.strings(0)?, args.longs(1)?);
    args.make_strings(|row| {
        let network = Ipv6Prefix::parse(ip.get(row)).and_then(|ip| ip.shortened(prefix.get(row)?));
        network.map(Ipv6Prefix::network_text).unwrap_or_default()
    })
}
