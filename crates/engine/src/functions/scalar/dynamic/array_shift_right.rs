//! `array_shift_right`: an array moved to the right.

use crate::dynamic::shift_array;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_shift_right",
    aliases: &[],
    summary: "Moves the elements of an array to the right and fills up; a negative count moves to the other side.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required("shift_count", Accepts::Type(Type::Long), "how many places"),
            optional("default_value", Accepts::Any, "what fills up: null, or the empty text in an array of texts"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-shift-right-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    shift_array(args, |count| count.saturating_neg())
}
