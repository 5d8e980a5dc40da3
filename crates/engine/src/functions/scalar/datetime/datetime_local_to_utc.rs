//! `datetime_local_to_utc`: when is it that time in that zone?

use crate::functions::prelude::*;
use crate::timezone::{converted, to_utc};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_local_to_utc",
    aliases: &[],
    summary: "The moment of a local time; null for a zone that is not known.",
    signatures: &[Signature::new(
        &[
            required("from", Accepts::Type(Type::DateTime), "the time"),
            required("timezone", Accepts::Type(Type::String), "a zone's IANA name"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/datetime-local-to-utc-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    converted(args, to_utc)
}
