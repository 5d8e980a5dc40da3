//! `repeat`: an array of one value, again and again.

use crate::dynamic::{Elements, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "repeat",
    aliases: &[],
    summary: "Makes an array of a value so many times; a negative count gives null.",
    signatures: &[Signature::new(
        &[
            // As recorded, and as the page lists them: no dynamic.
            required(
                "value",
                Accepts::AnyOf(&[
                    Type::Bool,
                    Type::Int,
                    Type::Long,
                    Type::Real,
                    Type::DateTime,
                    Type::String,
                    Type::TimeSpan,
                ]),
                "the element",
            ),
            required("count", Accepts::Type(Type::Long), "how often"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/repeat-function",
    lower: Lower::Kernel(evaluate),
};

/// Kusto names no limit; that of `range` is taken.
const COUNT_MAX: i64 = 1_048_576;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = Elements::new(&args.array(0)?, args.ty(0))?;
    let count = args.longs(1)?;
    args.make_json(|row| {
        let count = usize::try_from(count.get(row)?.min(COUNT_MAX)).ok()?;
        Some(array_of(std::iter::repeat_n(value.json(row), count)))
    })
}
