//! `series_decompose_anomalies`: which points of a series stand out of its season and trend?

use crate::dynamic::array_of;
use crate::functions::prelude::*;
use crate::series::{Places, Settings, decompose, detect_anomalies, fence, reals, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_decompose_anomalies",
    aliases: &[],
    summary: "Flags the points of a series that stand out of its season and trend: 1 above, -1 below, 0 not; with scores and the baseline.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional("threshold", Accepts::Real, "the least score that is flagged, 1.5 by default"),
            optional(
                "seasonality",
                Accepts::Type(Type::Long),
                "the period in points; -1, the default, to find one, 0 for none",
            ),
            optional("trend", Accepts::Type(Type::String), "`avg` (the default), `linefit` or `none`"),
            optional("test_points", Accepts::Type(Type::Long), "how many points at the end are not learned from"),
            optional(
                "ad_method",
                Accepts::Type(Type::String),
                "`ctukey` (percentiles 10 to 90, the default) or `tukey` (25 to 75)",
            )
            .constant(),
            optional(
                "seasonality_threshold",
                Accepts::Real,
                "the least score of a period that is found, 0.6 by default",
            ),
        ],
        Returns::Columns(&[("ad_flag", Type::Dynamic), ("ad_score", Type::Dynamic), ("baseline", Type::Dynamic)]),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-decompose-anomalies-function",
    lower: Lower::Kernel(evaluate),
};

const PLACES: Places = Places { period: 2, trend: 3, test_points: 4, score: 6 };

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let threshold = if args.len() > 1 { args.reals(1)? } else { Reals::One(Some(1.5)) };
    let (settings, fence) = (Settings::new(args, &PLACES)?, fence(args, 5)?);
    args.make_json(|row| {
        let parts = decompose(&reals(series.get(row)?)?, settings.get(row)?);
        let (flags, scores) = detect_anomalies(&parts, threshold.get(row)?, fence);
        let flags = array_of(flags.iter().map(i64::to_string));
        Some(tuple_json(&[flags, series_json(&scores), series_json(&parts.baseline)]))
    })
}
