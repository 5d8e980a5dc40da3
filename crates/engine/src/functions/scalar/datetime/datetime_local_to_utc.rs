//! `datetime_local_to_utc`: when is it that time in that zone?

use crate::functions::prelude::*;
use crate::timezone::{to_utc, zone};

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
    let (time, name) = (args.longs(0)?, args.strings(1)?);
    // A name is looked up once when it is the same for all rows.
    let constant = if let Strings::One(name) = &name { Some(zone(name)) } else { None };
    args.make_longs(|row| {
        let zone = constant.unwrap_or_else(|| zone(name.get(row)))?;
        to_utc(time.get(row)?, zone)
    })
}
