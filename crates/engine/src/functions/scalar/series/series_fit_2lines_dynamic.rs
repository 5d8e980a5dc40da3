//! `series_fit_2lines_dynamic`: which two lines fit a series best, one after the other, as a bag?

use crate::dynamic::{object_of, real_json};
use crate::functions::prelude::*;
use crate::series::{Line, fit_two_lines, reals, series_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fit_2lines_dynamic",
    aliases: &[],
    summary: "Fits two lines, one after the other, to a series, split where they fit best, and gives a bag of their properties.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fit-2lines-dynamic-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let lines = fit_two_lines(&reals(series.get(row)?)?)?;
        Some(object_of([
            ("rsquare", real_json(lines.r_square)),
            ("split_idx", lines.split.to_string()),
            ("variance", real_json(lines.variance)),
            ("rvariance", real_json(lines.left_over)),
            ("line_fit", series_json(&lines.fit)),
            ("right", properties(&lines.right)),
            ("left", properties(&lines.left)),
        ]))
    })
}

fn properties(line: &Line) -> String {
    object_of([
        ("rsquare", real_json(line.r_square)),
        ("slope", real_json(line.slope)),
        ("interception", real_json(line.interception)),
        ("variance", real_json(line.variance)),
        ("rvariance", real_json(line.left_over)),
    ])
}
