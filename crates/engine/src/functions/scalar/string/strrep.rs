//! `strrep`: what is this text, again and again?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strrep",
    aliases: &[],
    summary: "Repeats a text, with a delimiter in between when one is given.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Any, "what is repeated"),
            required("multiplier", Accepts::Type(Type::Long), "how often, 1 to 1024"),
            optional("delimiter", Accepts::Any, "what stands in between"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/strrep-function",
    lower: Lower::Kernel(evaluate),
};

/// Kusto repeats at most so often, whatever is asked for.
const TIMES_MAX: i64 = 1024;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (value, times) = (args.texts(0)?, args.longs(1)?);
    let delimiter = if args.len() > 2 { Some(args.texts(2)?) } else { None };
    args.write_strings(|row, out| {
        for time in 0..times.get(row).unwrap_or(0).min(TIMES_MAX) {
            if let (Some(delimiter), true) = (&delimiter, time > 0) {
                delimiter.write(row, out);
            }
            value.write(row, out);
        }
    })
}
