//! `unixtime_nanoseconds_todatetime`: which moment is so many nanoseconds after 1970?

use crate::unixtime::{Unit, moments};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unixtime_nanoseconds_todatetime",
    aliases: &[],
    summary: "Converts nanoseconds since 1970-01-01 to a datetime; null when there is none.",
    signatures: &[Signature::new(
        &[required("nanoseconds", Accepts::Number, "how many nanoseconds")],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/unixtime-nanoseconds-todatetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    moments(args, Unit::Hundredths)
}
