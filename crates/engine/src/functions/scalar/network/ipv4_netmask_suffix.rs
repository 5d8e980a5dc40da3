//! `ipv4_netmask_suffix`: how long is the prefix of an IPv4 address?

use crate::functions::prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv4_netmask_suffix",
    aliases: &[],
    summary: "The prefix length of an IPv4 address; 32 when it has none.",
    signatures: &[Signature::new(
        &[required("ip", Accepts::Type(Type::String), "address, or address/prefix")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv4-netmask-suffix-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let ip = args.strings(0)?;
    args.make_longs(|row| Some(i64::from(Ipv4Prefix::parse(ip.get(row))?.length())))
}
