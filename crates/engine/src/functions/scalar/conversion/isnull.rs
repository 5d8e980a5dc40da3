//! `isnull`: is there no value?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isnull",
    aliases: &[],
    summary: "Tells whether a value is null; a string never is.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Bool))],
    source: "https://learn.microsoft.com/kusto/query/isnull-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let (Some(value), Some(ty)) = (call.arguments.first(), call.types.first()) else {
        return exec_err!("`{}` takes one argument", FUNCTION.name);
    };
    Ok(if *ty == Type::String { lit(false) } else { value.clone().is_null() })
}
