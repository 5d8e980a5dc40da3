//! `repeat`: an array of one value, again and again.

use crate::dynamic::{Elements, array_of};
use crate::error::mistake;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "repeat",
    aliases: &[],
    summary: "Makes an array of a value so many times; a negative count gives null.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Any, "the element, no dynamic"),
            required("count", Accepts::Type(Type::Long), "how often"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/repeat-function",
    lower: Lower::Rewrite(rewrite),
};

/// Kusto names no limit; that of `range` is taken.
const COUNT_MAX: i64 = 1_048_576;

/// As recorded, and as the page lists the types: a dynamic is not repeated.
fn rewrite(call: &Rewrite) -> Result<Expr> {
    if call.types.first() == Some(&Type::Dynamic) {
        return mistake("`repeat` does not repeat a dynamic".to_owned());
    }
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = Elements::new(&args.array(0)?, args.ty(0))?;
    let count = args.longs(1)?;
    args.make_json(|row| {
        let count = usize::try_from(count.get(row)?.min(COUNT_MAX)).ok()?;
        Some(array_of(std::iter::repeat_n(value.json(row), count)))
    })
}
