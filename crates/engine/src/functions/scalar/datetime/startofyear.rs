//! `startofyear`: when did the year begin?

use crate::calendar::{Period, start_of};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "startofyear",
    aliases: &[],
    summary: "Gives the beginning of the year of a datetime (1 January, midnight), or of one so many years later.",
    signatures: &[Signature::new(
        &[
            required("date", Accepts::Type(Type::DateTime), "the datetime"),
            optional("offset", Accepts::Type(Type::Long), "how many years later, 0 when left out"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/startofyear-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    let offset = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    args.make_longs(|row| {
        let offset = offset.as_ref().map_or(Some(0), |offset| offset.get(row))?;
        start_of(Period::Year, date.get(row)?, offset)
    })
}
