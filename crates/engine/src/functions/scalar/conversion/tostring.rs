//! `tostring`: what does this value read like?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tostring",
    aliases: &[],
    summary: "Writes any scalar as text; null is the empty text.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/tostring-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    match (call.types.first(), call.arguments.first()) {
        (Some(Type::String), Some(text)) => Ok(text.clone()),
        _ => Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns)),
    }
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.texts(0)? {
        value @ (Texts::Strings(_) | Texts::Stored(_) | Texts::Dynamics(_)) => args.make_strings(|row| value.get(row)),
        value => args.write_strings(|row, out| value.write(row, out)),
    }
}
