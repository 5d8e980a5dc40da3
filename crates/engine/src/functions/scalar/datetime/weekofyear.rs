//! `weekofyear`: in which week is this, as weeks were counted before `week_of_year`?

use crate::calendar::week_by_wednesday;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "weekofyear",
    aliases: &[],
    summary: "Gives the week of a datetime, 1 to 53: the first is the one with the first Wednesday. `week_of_year` follows ISO 8601.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/week-of-year-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(week_by_wednesday(date.get(row)?)).ok())
}
