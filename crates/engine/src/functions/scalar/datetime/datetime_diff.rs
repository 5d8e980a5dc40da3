//! `datetime_diff`: how many periods lie between these?

use crate::calendar::{check_period, number_of, period_argument};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_diff",
    aliases: &[],
    summary: "Counts the borders of periods from the second datetime to the first.",
    signatures: &[Signature::new(&[required("period", Accepts::Type(Type::String), "`year`, `quarter`, `month`, `week`, `day`, `hour`, `minute`, `second`, `millisecond`, `microsecond` or `nanosecond`").constant(), required("datetime1", Accepts::Type(Type::DateTime), "the datetime counted to"), required("datetime2", Accepts::Type(Type::DateTime), "the datetime counted from")], Returns::Is(Type::Long))],
    source: "https://learn.microsoft.com/kusto/query/datetime-diff-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    check_period(FUNCTION.name, call.arguments.first())?;
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let period = period_argument(FUNCTION.name, args)?;
    let (to, from) = (args.longs(1)?, args.longs(2)?);
    args.make_longs(|row| number_of(period, to.get(row)?).checked_sub(number_of(period, from.get(row)?)))
}
