//! `series_dot_product`: what do the products of the pairs add up to?

use crate::functions::prelude::*;
use crate::series::{dot_product, series_of};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_dot_product",
    aliases: &[],
    summary: "Adds up the products of the pairs of two series, or of a series and a number; null when one is empty.",
    signatures: &[
        Signature::new(
            &[
                required("series1", Accepts::AnyOf(NUMBERS), "numbers, or one number for each of the other"),
                required("series2", Accepts::Type(Type::Dynamic), "numbers"),
            ],
            Returns::Is(Type::Real),
        ),
        Signature::new(
            &[
                required("series1", Accepts::Type(Type::Dynamic), "numbers"),
                required("series2", Accepts::AnyOf(NUMBERS), "numbers, or one number for each of the other"),
            ],
            Returns::Is(Type::Real),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/series-dot-product-function",
    lower: Lower::Kernel(evaluate),
};

const NUMBERS: &[Type] = &[Type::Dynamic, Type::Real, Type::Long, Type::Int];

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (Side::new(args, 0)?, Side::new(args, 1)?);
    args.make_reals(|row| {
        let (left, right) = match (&left, &right) {
            (Side::Series(left), Side::Series(right)) => (series_of(left.get(row)?)?, series_of(right.get(row)?)?),
            (Side::Series(series), Side::Number(number)) | (Side::Number(number), Side::Series(series)) => {
                let series = series_of(series.get(row)?)?;
                let repeated = vec![number.get(row); series.len()];
                (series, repeated)
            }
            (Side::Number(_), Side::Number(_)) => return None,
        };
        dot_product(&left, &right)
    })
}

/// One of the two factors.
enum Side {
    Series(Json),
    Number(Reals),
}

impl Side {
    fn new(args: &Args, index: usize) -> Result<Self> {
        Ok(match args.ty(index) {
            Type::Dynamic => Self::Series(args.json(index)?),
            _ => Self::Number(args.reals(index)?),
        })
    }
}
