//! `series_decompose_forecast`: how does a series go on?

use crate::functions::prelude::*;
use crate::series::{PARTS, Places, parts_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_decompose_forecast",
    aliases: &[],
    summary: "Forecasts the last points of a series from the season and the trend of those before.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("points", Accepts::Type(Type::Long), "how many points at the end are forecast"),
            optional(
                "seasonality",
                Accepts::Type(Type::Long),
                "the period in points; -1, the default, to find one, 0 for none",
            ),
            optional("trend", Accepts::Type(Type::String), "`avg` (the default), `linefit` or `none`"),
            optional(
                "seasonality_threshold",
                Accepts::Real,
                "the least score of a period that is found, 0.6 by default",
            ),
        ],
        Returns::Columns(PARTS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-decompose-forecast-function",
    lower: Lower::Kernel(evaluate),
};

const PLACES: Places = Places { period: 2, trend: 3, test_points: 1, score: 4 };

fn evaluate(args: &Args) -> Result<ArrayRef> {
    parts_json(args, &PLACES)
}
