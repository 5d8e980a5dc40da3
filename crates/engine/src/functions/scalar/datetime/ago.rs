//! `ago`: when was so long ago?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ago",
    aliases: &[],
    summary: "Gives the moment so long before the request.",
    signatures: &[Signature::new(
        &[required("timespan", Accepts::Type(Type::TimeSpan), "how long")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/ago-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    match call.arguments.as_slice() {
        [span] => Ok(lit(call.now) - span.clone()),
        other => exec_err!("`ago` takes 1 argument, found {}", other.len()),
    }
}
