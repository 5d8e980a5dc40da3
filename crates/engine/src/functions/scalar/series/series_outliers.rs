//! `series_outliers`: how far outside of the usual range is each number?

use crate::functions::prelude::*;
use crate::series::{Fence, fence, outlier_scores, series_json, series_of};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_outliers",
    aliases: &[],
    summary: "Scores each number by Tukey's fence: above 1.5 it is unusually high, below -1.5 unusually low. Nulls and ignored values score 0.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional(
                "kind",
                Accepts::Type(Type::String),
                "`ctukey` (percentiles 10 to 90, the default) or `tukey` (25 to 75)",
            )
            .constant(),
            optional("ignore_val", Accepts::Real, "a number that stands for a missing one"),
            optional("min_percentile", Accepts::Real, "10").constant(),
            optional("max_percentile", Accepts::Real, "90").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-outliers-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let fence = fence(args, 1)?;
    for (index, usual) in [(3, 10.0), (4, 90.0)] {
        if args.len() > index && fence == Fence::Custom && args.reals(index)?.get(0) != Some(usual) {
            return exec_err!(
                "`series_outliers` with percentiles other than 10 and 90 is not supported: Kusto's scale for them is not published"
            );
        }
    }
    let ignored = if args.len() > 2 { Some(args.reals(2)?) } else { None };
    args.make_json(|row| {
        let mut series = series_of(series.get(row)?)?;
        if let Some(ignored) = ignored.as_ref().and_then(|ignored| ignored.get(row)) {
            series.iter_mut().filter(|value| **value == Some(ignored)).for_each(|value| *value = None);
        }
        Some(series_json(&outlier_scores(&series, fence)))
    })
}
