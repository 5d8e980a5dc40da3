//! `ipv6_is_match`: are two addresses the same?

use crate::functions::prelude::*;
use crate::network::ipv6_compared;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv6_is_match",
    aliases: &[],
    summary: "Tells whether two IPv6 or IPv4 addresses are equal under the shortest of all prefixes.",
    signatures: &[Signature::new(
        &[
            required("ip1", Accepts::Type(Type::String), "address, or address/prefix"),
            required("ip2", Accepts::Type(Type::String), "address, or address/prefix"),
            optional("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-match-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let compared = ipv6_compared(args)?;
    args.make_bools(|row| Some(compared(row)? == 0))
}
