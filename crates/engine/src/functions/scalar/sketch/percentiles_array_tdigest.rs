//! `percentiles_array_tdigest`: which values do so many percent of a digest not exceed, as an array?

use crate::accumulators::{Digest, Mergeable};
use crate::dynamic::{array_items, array_of, as_real};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "percentiles_array_tdigest",
    aliases: &[],
    summary: "The percentiles of a digest as one array; null when it is no digest, or a percentile is not from 0 to 100.",
    signatures: &[
        Signature::new(
            &[
                required("tdigest", Accepts::Type(Type::Dynamic), "the digest"),
                required("percentiles", Accepts::AnyOf(&[Type::Dynamic]), "an array of numbers from 0 to 100"),
            ],
            Returns::Is(Type::Dynamic),
        ),
        Signature::repeating(
            &[
                required("tdigest", Accepts::Type(Type::Dynamic), "the digest"),
                required("percentile", Accepts::Type(Type::Real), "0 to 100"),
            ],
            1,
            Returns::Is(Type::Dynamic),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/percentile-array-tdigest-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let digest = args.json(0)?;
    let asked = match args.ty(1) {
        Type::Dynamic => Asked::Array(args.json(1)?),
        _ => Asked::Each((1..args.len()).map(|index| args.reals(index)).collect::<Result<_>>()?),
    };
    args.make_json(|row| {
        let digest = Digest::parse(digest.get(row)?)?;
        let percentiles: Vec<f64> = match &asked {
            Asked::Array(array) => array_items(array.get(row)?)?.map(as_real).collect::<Option<_>>()?,
            Asked::Each(columns) => columns.iter().map(|column| column.get(row)).collect::<Option<_>>()?,
        };
        let values = percentiles.iter().map(|percentile| {
            let percentile = Some(*percentile).filter(|percentile| (0.0..=100.0).contains(percentile))?;
            Some(digest.percentile(percentile)?.json())
        });
        Some(array_of(values.collect::<Option<Vec<String>>>()?))
    })
}

/// Which percentiles are asked for.
enum Asked {
    Array(Json),
    Each(Vec<Reals>),
}
