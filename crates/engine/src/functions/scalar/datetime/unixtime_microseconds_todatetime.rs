//! `unixtime_microseconds_todatetime`: which moment is so many microseconds after 1970?

use semantics::time::TICKS_PER_MICROSECOND;

use crate::unixtime::{Unit, moments};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unixtime_microseconds_todatetime",
    aliases: &[],
    summary: "Converts microseconds since 1970-01-01 to a datetime; null when there is none.",
    signatures: &[Signature::new(
        &[required("microseconds", Accepts::Number, "how many microseconds")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/unixtime-microseconds-todatetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    moments(args, Unit::Times(TICKS_PER_MICROSECOND))
}
