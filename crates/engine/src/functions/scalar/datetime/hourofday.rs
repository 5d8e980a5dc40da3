//! `hourofday`: in which hour is this?

use semantics::time::Civil;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "hourofday",
    aliases: &[],
    summary: "Gives the hour of a datetime, 0 to 23.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/hour-of-day-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(Civil::from_ticks(date.get(row)?).hour).ok())
}
