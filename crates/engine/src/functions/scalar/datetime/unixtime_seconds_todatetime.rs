//! `unixtime_seconds_todatetime`: which moment is so many seconds after 1970?

use semantics::time::TICKS_PER_SECOND;

use crate::unixtime::{Unit, moments};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unixtime_seconds_todatetime",
    aliases: &[],
    summary: "Converts seconds since 1970-01-01 to a datetime; null when there is none.",
    signatures: &[Signature::new(
        &[required("seconds", Accepts::Number, "how many seconds")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/unixtime-seconds-todatetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    moments(args, Unit::Times(TICKS_PER_SECOND))
}
