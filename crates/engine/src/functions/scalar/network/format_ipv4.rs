//! `format_ipv4`: an IPv4 address as text.

use crate::functions::prelude::*;
use crate::network::ipv4_argument;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "format_ipv4",
    aliases: &[],
    summary: "Writes an IPv4 address, or the network of its leading bits.",
    signatures: &[Signature::new(
        &[
            required(
                "ip",
                Accepts::AnyOf(&[Type::Int, Type::Long, Type::String]),
                "text, or a number in big-endian order",
            ),
            optional("prefix", Accepts::Type(Type::Long), "how many leading bits count"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/format-ipv4-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no address gives the empty text.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let parsed = ipv4_argument(args)?;
    args.make_strings(|row| {
        let ip = parsed(row);
        ip.map(|ip| ip.network_text()).unwrap_or_default()
    })
}
