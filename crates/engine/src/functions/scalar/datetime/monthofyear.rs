//! `monthofyear`: in which month is this?

use semantics::time::Civil;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "monthofyear",
    aliases: &["getmonth"],
    summary: "Gives the month of a datetime, 1 to 12.",
    signatures: &[Signature::new(
        &[required("date", Accepts::Type(Type::DateTime), "the datetime")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/monthofyear-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    args.make_ints(|row| i32::try_from(Civil::from_ticks(date.get(row)?).month).ok())
}
