//! `series_sign`: on which side of zero is each?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_sign",
    aliases: &[],
    summary: "Gives 1, 0 or -1 for each number, of its own kind; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-sign-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| match value {
        Number::Whole(value) => Number::Whole(value.signum()),
        // The sign of a real zero is 0, which `signum` does not say.
        Number::Real(0.0) => Number::Real(0.0),
        Number::Real(value) => Number::Real(value.signum()),
    })
}
