//! `unixtime_milliseconds_todatetime`: which moment is so many milliseconds after 1970?

use semantics::time::TICKS_PER_MILLISECOND;

use crate::unixtime::{Unit, moments};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unixtime_milliseconds_todatetime",
    aliases: &[],
    summary: "Converts milliseconds since 1970-01-01 to a datetime; null when there is none.",
    signatures: &[Signature::new(
        &[required("milliseconds", Accepts::Number, "how many milliseconds")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/unixtime-milliseconds-todatetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    moments(args, Unit::Times(TICKS_PER_MILLISECOND))
}
