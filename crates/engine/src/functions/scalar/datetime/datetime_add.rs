//! `datetime_add`: which moment is so many periods later?

use crate::calendar::{add, check_period, period_argument};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_add",
    aliases: &[],
    summary: "Adds periods to a datetime; adding months or years keeps the day, or takes the last of a shorter month.",
    signatures: &[Signature::new(&[required("period", Accepts::Type(Type::String), "`year`, `quarter`, `month`, `week`, `day`, `hour`, `minute`, `second`, `millisecond`, `microsecond` or `nanosecond`").constant(), required("amount", Accepts::Type(Type::Long), "how many"), required("datetime", Accepts::Type(Type::DateTime), "the datetime")], Returns::Is(Type::DateTime))],
    source: "https://learn.microsoft.com/kusto/query/datetime-add-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    check_period(FUNCTION.name, call.arguments.first())?;
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let period = period_argument(FUNCTION.name, args)?;
    let (amount, date) = (args.longs(1)?, args.longs(2)?);
    args.make_longs(|row| add(period, amount.get(row)?, date.get(row)?))
}
