//! `iff`: which of the two, as it happens?

use datafusion::logical_expr::when;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "iff",
    aliases: &["iif"],
    summary: "Gives the second argument where the first is true, else (false or null) the third.",
    signatures: &[Signature::new(
        &[
            required("if", Accepts::Type(Type::Bool), "the condition"),
            required("then", Accepts::Common, "where it is true"),
            required("else", Accepts::Common, "where it is false or null"),
        ],
        Returns::Common,
    )],
    source: "https://learn.microsoft.com/kusto/query/iff-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    match call.arguments.as_slice() {
        [condition, then, or_else] => when(condition.clone(), then.clone()).otherwise(or_else.clone()),
        other => exec_err!("`iff` takes 3 arguments, found {}", other.len()),
    }
}
