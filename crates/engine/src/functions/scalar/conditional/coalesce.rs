//! `coalesce`: which is the first that is there?

use datafusion::logical_expr::when;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "coalesce",
    aliases: &[],
    summary: "Gives the first argument that is not null, or of texts the first that is not empty.",
    signatures: &[Signature::repeating(&[required("arg", Accepts::Common, "a value")], 1, Returns::Common)],
    source: "https://learn.microsoft.com/kusto/query/coalesce-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    if call.returns != Type::String {
        return Ok(datafusion::functions::expr_fn::coalesce(call.arguments.clone()));
    }
    let empty = lit(ScalarValue::Utf8View(Some(String::new())));
    let Some((last, others)) = call.arguments.split_last() else {
        return exec_err!("`coalesce` takes 1 argument or more");
    };
    others.iter().rev().try_fold(last.clone(), |or_else, text| {
        // A null text is no text, so it fails the comparison, too.
        when(text.clone().not_eq(empty.clone()), text.clone()).otherwise(or_else)
    })
}
