//! `series_fft`: which frequencies are in a series?

use crate::functions::prelude::*;
use crate::series::{Way, reals, series_json, transform, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fft",
    aliases: &[],
    summary: "Applies Fourier's transform to a series of complex numbers: its real and its imaginary part.",
    signatures: &[Signature::new(
        &[
            required("real", Accepts::Type(Type::Dynamic), "the real parts"),
            optional("imaginary", Accepts::Type(Type::Dynamic), "the imaginary parts, when there are any"),
        ],
        Returns::Columns(&[("real", Type::Dynamic), ("imag", Type::Dynamic)]),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fft-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let real = args.json(0)?;
    let imaginary = if args.len() > 1 { Some(args.json(1)?) } else { None };
    args.make_json(|row| {
        let real = reals(real.get(row)?)?;
        let imaginary = match &imaginary {
            Some(imaginary) => reals(imaginary.get(row)?)?,
            None => vec![0.0; real.len()],
        };
        let (real, imaginary) = transform(&real, &imaginary, Way::There)?;
        Some(tuple_json(&[series_json(&real), series_json(&imaginary)]))
    })
}
