//! `parse_ipv4`: an IPv4 address as a number.

use crate::functions::prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_ipv4",
    aliases: &[],
    summary: "Reads an IPv4 address, or the network of a prefix, as a long.",
    signatures: &[Signature::new(
        &[required("ip", Accepts::Type(Type::String), "address, or address/prefix")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-ipv4-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let ip = args.strings(0)?;
    args.make_longs(|row| Some(i64::from(Ipv4Prefix::parse(ip.get(row))?.network())))
}
