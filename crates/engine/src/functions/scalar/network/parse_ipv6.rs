//! `parse_ipv6`: an address in full IPv6 form.

use crate::functions::prelude::*;
use crate::network::Ipv6Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_ipv6",
    aliases: &[],
    summary: "Writes an IPv6 or IPv4 address, or the network of a prefix, in full.",
    signatures: &[Signature::new(
        &[required("ip", Accepts::Type(Type::String), "address, or address/prefix")],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-ipv6-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no address gives the empty text.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let ip = args.strings(0)?;
    args.make_strings(|row| Ipv6Prefix::parse(ip.get(row)).map(Ipv6Prefix::network_text).unwrap_or_default())
}
