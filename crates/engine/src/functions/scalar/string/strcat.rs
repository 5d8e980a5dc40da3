//! `strcat`: what do these values read like, one after the other?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strcat",
    aliases: &[],
    summary: "Joins the texts of its arguments.",
    signatures: &[Signature::repeating(
        &[required("value", Accepts::Any, "any scalar; null reads as the empty text")],
        1,
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/strcat-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let parts = (0..args.len()).map(|at| args.texts(at)).collect::<Result<Vec<_>>>()?;
    args.write_strings(|row, out| parts.iter().for_each(|part| part.write(row, out)))
}
