//! `getyear`: in which year is this?

use semantics::time::Civil;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "getyear",
    aliases: &[],
    summary: "Gives the year of a datetime.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/getyear-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(Civil::from_ticks(date.get(row)?).year).ok())
}
