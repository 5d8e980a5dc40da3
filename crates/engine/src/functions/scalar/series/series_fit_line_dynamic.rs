//! `series_fit_line_dynamic`: which line fits a series best, as a bag?

use crate::dynamic::{object_of, real_json};
use crate::functions::prelude::*;
use crate::series::{fit_line, reals, series_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fit_line_dynamic",
    aliases: &[],
    summary: "Fits a line to a series and gives a bag of r², slope, variances, interception and the line; null when an element is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fit-line-dynamic-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let series = reals(series.get(row)?)?;
        let line = fit_line(&series)?;
        Some(object_of([
            ("rsquare", real_json(line.r_square)),
            ("slope", real_json(line.slope)),
            ("variance", real_json(line.variance)),
            ("rvariance", real_json(line.left_over)),
            ("interception", real_json(line.interception)),
            ("line_fit", series_json(&line.values(series.len()))),
        ]))
    })
}
