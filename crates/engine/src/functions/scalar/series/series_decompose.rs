//! `series_decompose`: what of a series is season, what trend, what rest?

use crate::functions::prelude::*;
use crate::series::{PARTS, Places, parts_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_decompose",
    aliases: &[],
    summary: "Takes a series apart: baseline (season and trend), season, trend and what they leave over, a column each.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional(
                "seasonality",
                Accepts::Type(Type::Long),
                "the period in points; -1, the default, to find one, 0 for none",
            ),
            optional("trend", Accepts::Type(Type::String), "`avg` (the default), `linefit` or `none`"),
            optional("test_points", Accepts::Type(Type::Long), "how many points at the end are not learned from"),
            optional(
                "seasonality_threshold",
                Accepts::Real,
                "the least score of a period that is found, 0.6 by default",
            ),
        ],
        Returns::Columns(PARTS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-decompose-function",
    lower: Lower::Kernel(evaluate),
};

const PLACES: Places = Places { period: 1, trend: 2, test_points: 3, score: 4 };

fn evaluate(args: &Args) -> Result<ArrayRef> {
    parts_json(args, &PLACES)
}
