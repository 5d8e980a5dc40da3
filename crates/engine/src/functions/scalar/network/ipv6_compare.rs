//! `ipv6_compare`: which of two addresses is greater?

use crate::functions::prelude::*;
use crate::network::ipv6_compared;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv6_compare",
    aliases: &[],
    summary: "Compares two IPv6 or IPv4 addresses under the shortest of all prefixes: -1, 0 or 1.",
    signatures: &[Signature::new(
        &[
            required("ip1", Accepts::Type(Type::String), "address, or address/prefix"),
            required("ip2", Accepts::Type(Type::String), "address, or address/prefix"),
            optional("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv6-compare-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let compared = ipv6_compared(args)?;
    args.make_longs(compared)
}
