//! `datetime_utc_to_local`: what time is it then in that zone?

use crate::functions::prelude::*;
use crate::timezone::{converted, to_local};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_utc_to_local",
    aliases: &[],
    summary: "The local time of a moment; null for a zone that is not known.",
    signatures: &[Signature::new(
        &[
            required("from", Accepts::Type(Type::DateTime), "the time"),
            required("timezone", Accepts::Type(Type::String), "a zone's IANA name"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/datetime-utc-to-local-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    converted(args, to_local)
}
