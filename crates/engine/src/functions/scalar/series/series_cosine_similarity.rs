//! `series_cosine_similarity`: do two series point the same way?

use crate::functions::prelude::*;
use crate::series::{dot_product, series_of};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_cosine_similarity",
    aliases: &[],
    summary: "Gives the cosine of the angle between two series as vectors; null when one is empty.",
    signatures: &[Signature::new(
        &[
            required("series1", Accepts::Type(Type::Dynamic), "numbers"),
            required("series2", Accepts::Type(Type::Dynamic), "numbers"),
            optional("magnitude1", Accepts::Type(Type::Real), "the length of the first, when known"),
            optional("magnitude2", Accepts::Type(Type::Real), "the length of the second, when known"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-cosine-similarity-function",
    lower: Lower::Kernel(evaluate),
};

/// The longer series counts as far as the shorter goes.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.json(0)?, args.json(1)?);
    let known = |index| if args.len() > index { args.reals(index).map(Some) } else { Ok(None) };
    let (left_length, right_length) = (known(2)?, known(3)?);
    args.make_reals(|row| {
        let (mut left, mut right) = (series_of(left.get(row)?)?, series_of(right.get(row)?)?);
        let both = left.len().min(right.len());
        left.truncate(both);
        right.truncate(both);
        let length = |given: &Option<Reals>, series: &[Option<f64>]| match given {
            Some(given) => given.get(row),
            None => dot_product(series, series).map(f64::sqrt),
        };
        Some(dot_product(&left, &right)? / (length(&left_length, &left)? * length(&right_length, &right)?))
    })
}
