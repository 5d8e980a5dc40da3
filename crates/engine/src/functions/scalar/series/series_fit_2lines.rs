//! `series_fit_2lines`: which two lines fit a series best, one after the other?

use crate::dynamic::real_json;
use crate::functions::prelude::*;
use crate::series::{Line, fit_two_lines, reals, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fit_2lines",
    aliases: &[],
    summary: "Fits two lines, one after the other, to a series, split where they fit best: a column for each of their properties.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Columns(COLUMNS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fit-2lines-function",
    lower: Lower::Kernel(evaluate),
};

const COLUMNS: &[(&str, Type)] = &[
    ("rsquare", Type::Real),
    ("split_idx", Type::Long),
    ("variance", Type::Real),
    ("rvariance", Type::Real),
    ("line_fit", Type::Dynamic),
    ("right_rsquare", Type::Real),
    ("right_slope", Type::Real),
    ("right_interception", Type::Real),
    ("right_variance", Type::Real),
    ("right_rvariance", Type::Real),
    ("left_rsquare", Type::Real),
    ("left_slope", Type::Real),
    ("left_interception", Type::Real),
    ("left_variance", Type::Real),
    ("left_rvariance", Type::Real),
];

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let lines = fit_two_lines(&reals(series.get(row)?)?)?;
        let mut columns = vec![
            real_json(lines.r_square),
            lines.split.to_string(),
            real_json(lines.variance),
            real_json(lines.left_over),
            series_json(&lines.fit),
        ];
        columns.extend(properties(&lines.right));
        columns.extend(properties(&lines.left));
        Some(tuple_json(&columns))
    })
}

fn properties(line: &Line) -> [String; 5] {
    [line.r_square, line.slope, line.interception, line.variance, line.left_over].map(real_json)
}
