//! `ipv4_is_match`: are two IPv4 addresses the same?

use crate::functions::prelude::*;
use crate::network::ipv4_compared;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv4_is_match",
    aliases: &[],
    summary: "Tells whether two IPv4 addresses are equal under the shortest of all prefixes.",
    signatures: &[Signature::new(
        &[
            required("ip1", Accepts::Type(Type::String), "address, or address/prefix"),
            required("ip2", Accepts::Type(Type::String), "address, or address/prefix"),
            optional("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-match-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let compared = ipv4_compared(args)?;
    args.make_bools(|row| Some(compared(row)? == 0))
}
