//! `case`: which is the first that holds?

use datafusion::logical_expr::when;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "case",
    aliases: &[],
    summary: "Gives the value after the first condition that is true, else the last argument.",
    signatures: &[Signature::repeating(
        &[
            required("predicate", Accepts::Type(Type::Bool), "a condition"),
            required("then", Accepts::Common, "the value where it is the first that is true"),
            required("else", Accepts::Common, "the value where none is"),
        ],
        2,
        Returns::Common,
    )],
    source: "https://learn.microsoft.com/kusto/query/case-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let Some((or_else, branches)) = call.arguments.split_last() else {
        return exec_err!("`case` takes 3 arguments or more");
    };
    let (pairs, rest) = branches.as_chunks::<2>();
    let ([first, others @ ..], []) = (pairs, rest) else { return exec_err!("`case` takes an odd number of arguments") };
    let [condition, then] = first;
    let mut builder = when(condition.clone(), then.clone());
    for [condition, then] in others {
        builder = builder.when(condition.clone(), then.clone());
    }
    builder.otherwise(or_else.clone())
}
