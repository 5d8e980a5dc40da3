//! `assert`: is this so? Else the query is refused.

use crate::error::mistake;
use crate::expressions::folded;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "assert",
    aliases: &[],
    summary: "True; a query in which a constant condition is false is refused with a message before it reads a row.",
    signatures: &[Signature::new(
        &[
            required("condition", Accepts::Type(Type::Bool), "what must be true").constant(),
            required("message", Accepts::Type(Type::String), "what to say otherwise").constant(),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/assert-function",
    lower: Lower::Rewrite(rewrite),
};

/// Told while the query is planned, so that no `where` before it and no `and` beside it keeps it from being asked. A null is not true (our choice).
fn rewrite(call: &Rewrite) -> Result<Expr> {
    let [condition, message] = call.arguments.as_slice() else { return exec_err!("`assert` takes two arguments") };
    if constant(condition)? == ScalarValue::Boolean(Some(true)) {
        return Ok(lit(true));
    }
    let message = constant(message)?;
    mistake(format!("assert() has failed with message: '{}'", message.try_as_str().flatten().unwrap_or_default()))
}

fn constant(expr: &Expr) -> Result<ScalarValue> {
    match folded(expr.clone())? {
        Expr::Literal(value, _) => Ok(value),
        _ => mistake("`assert` takes what is known before rows are read".to_owned()),
    }
}
