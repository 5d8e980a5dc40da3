//! `endofmonth`: when does the month end?

use crate::calendar::{Period, end_of};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "endofmonth",
    aliases: &[],
    summary: "Gives the last tick of the month of a datetime, or of one so many months later.",
    signatures: &[Signature::new(
        &[
            required("date", Accepts::Type(Type::DateTime), "the datetime"),
            optional("offset", Accepts::Type(Type::Long), "how many months later, 0 when left out"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/endofmonth-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let date = args.longs(0)?;
    let offset = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    args.make_longs(|row| {
        let offset = offset.as_ref().map_or(Some(0), |offset| offset.get(row))?;
        end_of(Period::Month, date.get(row)?, offset)
    })
}
