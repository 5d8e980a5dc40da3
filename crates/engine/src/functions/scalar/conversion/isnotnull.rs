//! `isnotnull`: is there a value?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isnotnull",
    aliases: &["notnull"],
    summary: "Tells whether a value is not null; a string always is.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Bool))],
    source: "https://learn.microsoft.com/kusto/query/isnotnull-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let (Some(value), Some(ty)) = (call.arguments.first(), call.types.first()) else {
        return exec_err!("`{}` takes one argument", FUNCTION.name);
    };
    Ok(if *ty == Type::String { lit(true) } else { value.clone().is_not_null() })
}
