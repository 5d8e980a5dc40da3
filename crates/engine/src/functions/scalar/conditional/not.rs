//! `not`: is it otherwise?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "not",
    aliases: &[],
    summary: "Turns true into false and false into true; null stays null.",
    signatures: &[Signature::new(
        &[required("expression", Accepts::Type(Type::Bool), "what is turned")],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/not-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    match call.arguments.as_slice() {
        [condition] => Ok(!condition.clone()),
        other => exec_err!("`not` takes 1 argument, found {}", other.len()),
    }
}
