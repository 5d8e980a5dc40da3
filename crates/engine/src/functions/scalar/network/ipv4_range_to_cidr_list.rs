//! `ipv4_range_to_cidr_list`: which networks make up a range of addresses?

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::network::{Ipv4Prefix, cidr_list};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ipv4_range_to_cidr_list",
    aliases: &[],
    summary: "Lists the networks that hold just the IPv4 addresses from one to another.",
    signatures: &[Signature::new(
        &[
            required("StartAddress", Accepts::Type(Type::String), "the first"),
            required("EndAddress", Accepts::Type(Type::String), "the last"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/ipv4-range-to-cidr-list-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (start, end) = (args.strings(0)?, args.strings(1)?);
    args.make_json(|row| {
        let networks = cidr_list(Ipv4Prefix::parse(start.get(row))?, Ipv4Prefix::parse(end.get(row))?)?;
        Some(array_of(networks.iter().map(|network| quoted(network))))
    })
}
