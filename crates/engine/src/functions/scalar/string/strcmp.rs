//! `strcmp`: which of two texts comes first?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strcmp",
    aliases: &[],
    summary: "Compares two texts by their code points: -1, 0 or 1.",
    signatures: &[Signature::new(
        &[required("string1", Accepts::Any, "a text"), required("string2", Accepts::Any, "another")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/strcmp-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.texts(0)?, args.texts(1)?);
    // UTF-8 keeps the order of code points.
    args.make_longs(|row| Some(left.get(row).cmp(&right.get(row)) as i64))
}
