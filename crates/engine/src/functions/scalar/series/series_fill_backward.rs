//! `series_fill_backward`: what stands next to the right of each gap?

use crate::functions::prelude::*;
use crate::series::{Side, fill_from};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_backward",
    aliases: &[],
    summary: "Replaces each missing element by the nearest element to its right.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional("missing_value_placeholder", Accepts::Real, "which elements are missing; nulls by default"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-backward-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    fill_from(args, Side::Right)
}
