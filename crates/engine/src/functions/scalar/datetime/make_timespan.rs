//! `make_timespan`: how long is this altogether?

use semantics::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE};

use crate::calendar::ticks_of_seconds;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "make_timespan",
    aliases: &[],
    summary: "Makes a timespan of days, hours, minutes and seconds; null when a part is out of its range.",
    signatures: &[
        Signature::new(
            &[
                required("hour", Accepts::Type(Type::Long), "0 to 23"),
                required("minute", Accepts::Type(Type::Long), "0 to 59"),
            ],
            Returns::Is(Type::TimeSpan),
        ),
        Signature::new(
            &[
                required("hour", Accepts::Type(Type::Long), "0 to 23"),
                required("minute", Accepts::Type(Type::Long), "0 to 59"),
                required("second", Accepts::Type(Type::Real), "0 to 59.9999999"),
            ],
            Returns::Is(Type::TimeSpan),
        ),
        Signature::new(
            &[
                required("day", Accepts::Type(Type::Long), "how many days"),
                required("hour", Accepts::Type(Type::Long), "0 to 23"),
                required("minute", Accepts::Type(Type::Long), "0 to 59"),
                required("second", Accepts::Type(Type::Real), "0 to 59.9999999"),
            ],
            Returns::Is(Type::TimeSpan),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/make-timespan-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let first = usize::from(args.len() > 3);
    let day = if first == 1 { Some(args.longs(0)?) } else { None };
    let (hour, minute) = (args.longs(first)?, args.longs(first + 1)?);
    let second = if args.len() > first + 2 { Some(args.reals(first + 2)?) } else { None };
    args.make_longs(|row| {
        let days = day.as_ref().map_or(Some(0), |day| day.get(row))?;
        let hours = hour.get(row).filter(|hour| (0..24).contains(hour))?;
        let minutes = minute.get(row).filter(|minute| (0..60).contains(minute))?;
        let ticks = match &second {
            Some(second) => ticks_of_seconds(second.get(row)?)?,
            None => 0,
        };
        let time = hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + ticks;
        days.checked_mul(TICKS_PER_DAY)?.checked_add(time)
    })
}
