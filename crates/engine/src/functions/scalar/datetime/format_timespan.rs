//! `format_timespan`: what does this timespan read like in that format?

use crate::text::time_format::{TimeFormat, TimeKind};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "format_timespan",
    aliases: &[],
    summary: "Writes a timespan in a format of letters like `d`, `HH` and `fff` and delimiters; null is the empty text.",
    signatures: &[Signature::new(
        &[
            required("timespan", Accepts::Type(Type::TimeSpan), "the timespan"),
            required("format", Accepts::Type(Type::String), "the format").constant(),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/format-timespan-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    if let Some(Expr::Literal(format, _)) = call.arguments.get(1) {
        TimeFormat::parse(TimeKind::TimeSpan, format.try_as_str().flatten().unwrap_or(""))?;
    }
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (value, format) = (args.longs(0)?, args.strings(1)?);
    if args.rows() == 0 {
        return args.make_strings(|_| "");
    }
    let format = TimeFormat::parse(TimeKind::TimeSpan, format.get(0))?;
    args.write_strings(|row, out| {
        if let Some(ticks) = value.get(row) {
            format.write(ticks, out);
        }
    })
}
