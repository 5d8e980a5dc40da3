//! `ago`: when was so long ago?

use semantics::time::DATETIME_MAX;

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
        // A constant moment reaches storage.
        [Expr::Literal(ScalarValue::Int64(Some(span)), _)] => Ok(lit(ScalarValue::Int64(before(call.now, *span)))),
        [span] => {
            let arguments = vec![lit(call.now), span.clone()];
            Ok(kernel_call(FUNCTION.name, evaluate, arguments, vec![Type::DateTime, Type::TimeSpan], call.returns))
        }
        other => exec_err!("`ago` takes 1 argument, found {}", other.len()),
    }
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (now, span) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| before(now.get(row)?, span.get(row)?))
}

/// Null outside the years 1 to 9999, as datetime arithmetic gives it.
fn before(now: i64, span: i64) -> Option<i64> {
    now.checked_sub(span).filter(|ticks| (0..=DATETIME_MAX).contains(ticks))
}
