//! `has_ipv4`: is an IPv4 address in a text?

use crate::functions::prelude::*;
use crate::network::contains_address;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "has_ipv4",
    aliases: &[],
    summary: "Tells whether an IPv4 address stands in a text.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("ip_address", Accepts::Type(Type::String), "an address"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/has-ipv4-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, address) = (args.strings(0)?, args.strings(1)?);
    args.make_bools(|row| Some(contains_address(source.get(row), address.get(row))))
}
