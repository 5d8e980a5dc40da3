//! `now`: what time is it?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "now",
    aliases: &[],
    summary: "Gives the moment of the request, the same for the whole query, or one so much later.",
    signatures: &[Signature::new(
        &[optional("offset", Accepts::Type(Type::TimeSpan), "how much later")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/now-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let now = lit(call.now);
    Ok(match call.arguments.first() {
        Some(offset) => now + offset.clone(),
        None => now,
    })
}
