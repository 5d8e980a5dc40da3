//! `isempty`: is this empty?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isempty",
    aliases: &[],
    summary: "Tells whether a text is empty or another value null.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Bool))],
    source: "https://learn.microsoft.com/kusto/query/isempty-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let (Some(value), Some(ty)) = (call.arguments.first(), call.types.first()) else {
        return exec_err!("`{}` takes one argument", FUNCTION.name);
    };
    let text = |text: &str| lit(ScalarValue::Utf8View(Some(text.to_owned())));
    Ok(match ty {
        Type::String => value.clone().is_null().or(value.clone().eq(text(""))),
        Type::Dynamic => value.clone().is_null().or(value.clone().eq(text("\"\""))),
        _ => value.clone().is_null(),
    })
}
