//! `series_fit_poly`: which polynomial fits a series best?

use crate::dynamic::real_json;
use crate::functions::prelude::*;
use crate::series::{fit_polynomial, reals, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fit_poly",
    aliases: &[],
    summary: "Fits a polynomial to a series: r², coefficients (highest power first), variances and the polynomial, a column each.",
    signatures: &[Signature::new(
        &[
            required("y_series", Accepts::Type(Type::Dynamic), "numbers"),
            optional("x_series", Accepts::Type(Type::Dynamic), "where they are; 1, 2, 3 … by default"),
            optional("degree", Accepts::Type(Type::Long), "the highest power, at most 32; 1 by default"),
        ],
        Returns::Columns(COLUMNS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fit-poly-function",
    lower: Lower::Kernel(evaluate),
};

const COLUMNS: &[(&str, Type)] = &[
    ("rsquare", Type::Real),
    ("coefficients", Type::Dynamic),
    ("variance", Type::Real),
    ("rvariance", Type::Real),
    ("poly_fit", Type::Dynamic),
];

/// Null when an element is no number, or the points do not determine a polynomial of that degree.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let y = args.json(0)?;
    let x = if args.len() > 1 { Some(args.json(1)?) } else { None };
    let degree = if args.len() > 2 { args.longs(2)? } else { Longs::One(Some(1)) };
    args.make_json(|row| {
        let y = reals(y.get(row)?)?;
        let x = match &x {
            Some(x) => reals(x.get(row)?)?,
            None => (1..=y.len()).map(|place| place as f64).collect(),
        };
        let fitted = fit_polynomial(&x, &y, usize::try_from(degree.get(row)?).ok()?)?;
        Some(tuple_json(&[
            real_json(fitted.r_square),
            series_json(&fitted.coefficients),
            real_json(fitted.variance),
            real_json(fitted.left_over),
            series_json(&fitted.fit),
        ]))
    })
}
