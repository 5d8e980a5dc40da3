//! `strcat_delim`: what do these values read like, with a delimiter between them?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strcat_delim",
    aliases: &[],
    summary: "Joins the texts of its arguments with a delimiter between them.",
    signatures: &[Signature::repeating(
        &[
            required("delimiter", Accepts::Any, "what stands between the values"),
            required("value", Accepts::Any, "any scalar, null reads as the empty text"),
        ],
        1,
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/strcat-delim-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let delimiter = args.texts(0)?;
    let parts = (1..args.len()).map(|at| args.texts(at)).collect::<Result<Vec<_>>>()?;
    args.write_strings(|row, out| {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                delimiter.write(row, out);
            }
            part.write(row, out);
        }
    })
}
