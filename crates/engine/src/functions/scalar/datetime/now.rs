//! `now`: what time is it?

use semantics::time::DATETIME_MAX;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "now",
    aliases: &[],
    summary: "Gives the moment of the request, the same for the whole query, or one so much later.",
    signatures: &[Signature::new(
        &[optional("offset", Accepts::Type(Type::TimeSpan), "how much later")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/now-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    let now = lit(call.now);
    Ok(match call.arguments.first() {
        Some(offset) => {
            let arguments = vec![now, offset.clone()];
            kernel_call(FUNCTION.name, evaluate, arguments, vec![Type::DateTime, Type::TimeSpan], call.returns)
        }
        None => now,
    })
}

/// Null outside the years 1 to 9999, as datetime arithmetic gives it.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (now, offset) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| {
        now.get(row)?.checked_add(offset.get(row)?).filter(|ticks| (0..=DATETIME_MAX).contains(ticks))
    })
}
