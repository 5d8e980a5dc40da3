//! `dayofyear`: on which day of the year is this?

use crate::calendar::day_of_year;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "dayofyear",
    aliases: &[],
    summary: "Gives the day of the year of a datetime, 1 to 366.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/day-of-year-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(day_of_year(date.get(row)?)).ok())
}
