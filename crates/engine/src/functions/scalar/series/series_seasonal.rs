//! `series_seasonal`: what repeats in a series?

use crate::functions::prelude::*;
use crate::series::{reals, seasonal, series_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_seasonal",
    aliases: &[],
    summary: "Gives the median of each phase of a period; zeros when there is no period.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional("period", Accepts::Type(Type::Long), "its length in points; -1, the default, to find one"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-seasonal-function",
    lower: Lower::Kernel(evaluate),
};

/// The least score of a period that is found, as the page has it.
const SCORE_MIN: f64 = 0.7;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let period = if args.len() > 1 { args.longs(1)? } else { Longs::One(Some(-1)) };
    args.make_json(|row| {
        // Only -1 asks to find a period; another number that is none ignores the season.
        let period = match period.get(row)? {
            -1 => -1,
            given => given.max(0),
        };
        Some(series_json(&seasonal(&reals(series.get(row)?)?, period, SCORE_MIN)))
    })
}
