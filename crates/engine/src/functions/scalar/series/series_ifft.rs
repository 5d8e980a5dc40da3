//! `series_ifft`: which series has these frequencies?

use crate::functions::prelude::*;
use crate::series::{Way, transformed};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_ifft",
    aliases: &[],
    summary: "Applies Fourier's inverse transform to a series of complex numbers: its real and its imaginary part.",
    signatures: &[Signature::new(
        &[
            required("real", Accepts::Type(Type::Dynamic), "the real parts"),
            optional("imaginary", Accepts::Type(Type::Dynamic), "the imaginary parts, when there are any"),
        ],
        Returns::Columns(&[("real", Type::Dynamic), ("imag", Type::Dynamic)]),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-ifft-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    transformed(args, Way::Back)
}
