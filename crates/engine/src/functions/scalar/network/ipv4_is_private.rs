//! `ipv4_is_private`: is this address from a private network?

use crate::functions::prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv4_is_private",
    aliases: &[],
    summary: "Tells whether an IPv4 address, or the network of a prefix, is private.",
    signatures: &[Signature::new(
        &[required("ip", Accepts::Type(Type::String), "address, or address/prefix")],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-private-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let ip = args.strings(0)?;
    args.make_bools(|row| Some(Ipv4Prefix::parse(ip.get(row))?.is_private()))
}
