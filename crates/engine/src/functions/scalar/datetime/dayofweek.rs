//! `dayofweek`: how many days since Sunday?

use semantics::time::{TICKS_PER_DAY, weekday};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "dayofweek",
    aliases: &[],
    summary: "Gives the days since the last Sunday as a timespan, 0 to 6 days.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::TimeSpan),
    )],
    source: "https://learn.microsoft.com/kusto/query/day-of-week-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_longs(|row| Some(weekday(date.get(row)?) * TICKS_PER_DAY))
}
