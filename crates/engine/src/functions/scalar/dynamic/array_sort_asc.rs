//! `array_sort_asc`: an array in ascending order.

use crate::dynamic::{Direction, sort_arrays};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_sort_asc",
    aliases: &[],
    summary: "Sorts an array in ascending order, and other arrays along with it.",
    signatures: &[Signature::repeating(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            optional("more", Accepts::Any, "arrays that are reordered along, and last a bool: are nulls last?"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-sort-asc-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    sort_arrays(args, Direction::Ascending)
}
