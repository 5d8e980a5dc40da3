//! `make_datetime`: which moment has these parts?

use semantics::time::{Civil, TICKS_PER_SECOND};

use crate::calendar::ticks_of_seconds;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "make_datetime",
    aliases: &[],
    summary: "Makes a datetime of its parts; null when there is none, like 30 February.",
    signatures: &[Signature::new(
        &[
            required("year", Accepts::Type(Type::Long), "1 to 9999"),
            required("month", Accepts::Type(Type::Long), "1 to 12"),
            required("day", Accepts::Type(Type::Long), "1 to 31"),
            optional("hour", Accepts::Type(Type::Long), "0 to 23"),
            optional("minute", Accepts::Type(Type::Long), "0 to 59"),
            optional("second", Accepts::Type(Type::Real), "0 to 59.9999999"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/make-datetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let parts = (0..args.len().min(5)).map(|at| args.longs(at)).collect::<Result<Vec<_>>>()?;
    let second = if args.len() > 5 { Some(args.reals(5)?) } else { None };
    args.make_longs(|row| {
        let part = |at: usize| parts.get(at).map_or(Some(0), |part| part.get(row));
        let ticks = match &second {
            Some(second) => ticks_of_seconds(second.get(row)?)?,
            None => 0,
        };
        let civil = Civil {
            year: part(0)?,
            month: part(1)?,
            day: part(2)?,
            hour: part(3)?,
            minute: part(4)?,
            second: ticks / TICKS_PER_SECOND,
            tick: ticks % TICKS_PER_SECOND,
        };
        civil.to_ticks()
    })
}
