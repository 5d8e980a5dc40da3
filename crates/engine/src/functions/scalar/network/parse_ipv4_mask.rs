//! `parse_ipv4_mask`: the network of an IPv4 address as a number.

use crate::functions::prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_ipv4_mask",
    aliases: &[],
    summary: "Reads an IPv4 address and keeps its leading bits, as a long.",
    signatures: &[Signature::new(
        &[
            required("ip", Accepts::Type(Type::String), "address, or address/prefix"),
            required("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-ipv4-mask-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (ip, prefix) = (args.strings(0)?, args.longs(1)?);
    args.make_longs(|row| Some(i64::from(Ipv4Prefix::parse(ip.get(row))?.shortened(prefix.get(row)?)?.network())))
}
