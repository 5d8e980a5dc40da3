//! `series_fit_line`: which line fits a series best?

use crate::dynamic::real_json;
use crate::functions::prelude::*;
use crate::series::{fit_line, reals, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fit_line",
    aliases: &[],
    summary: "Fits a line to a series: r², slope, variances, interception and the line, a column each; null when an element is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Columns(COLUMNS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fit-line-function",
    lower: Lower::Kernel(evaluate),
};

const COLUMNS: &[(&str, Type)] = &[
    ("rsquare", Type::Real),
    ("slope", Type::Real),
    ("variance", Type::Real),
    ("rvariance", Type::Real),
    ("interception", Type::Real),
    ("line_fit", Type::Dynamic),
];

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let series = reals(series.get(row)?)?;
        let line = fit_line(&series)?;
        Some(tuple_json(&[
            real_json(line.r_square),
            real_json(line.slope),
            real_json(line.variance),
            real_json(line.left_over),
            real_json(line.interception),
            series_json(&line.values(series.len())),
        ]))
    })
}
