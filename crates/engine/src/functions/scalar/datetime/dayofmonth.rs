//! `dayofmonth`: on which day of the month is this?

use semantics::time::Civil;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "dayofmonth",
    aliases: &[],
    summary: "Gives the day of the month of a datetime, 1 to 31.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/day-of-month-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(Civil::from_ticks(date.get(row)?).day).ok())
}
