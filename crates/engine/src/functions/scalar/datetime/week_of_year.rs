//! `week_of_year`: in which week is this?

use crate::calendar::week_of_year;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "week_of_year",
    aliases: &[],
    summary: "Gives the ISO 8601 week of a datetime, 1 to 53: the first is the one with the first Thursday.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/week-of-year-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(week_of_year(date.get(row)?)).ok())
}
