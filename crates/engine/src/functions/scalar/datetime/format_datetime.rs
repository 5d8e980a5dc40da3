//! `format_datetime`: what does this datetime read like in that format?

use crate::text::time_format::{TimeFormat, TimeKind};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "format_datetime",
    aliases: &[],
    summary: "Writes a datetime in a format of letters like `d`, `HH` and `fff` and delimiters; null is the empty text.",
    signatures: &[Signature::new(
        &[
            required("datetime", Accepts::Type(Type::DateTime), "the datetime"),
            required("format", Accepts::Type(Type::String), "the format").constant(),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/format-datetime-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    if let Some(Expr::Literal(format, _)) = call.arguments.get(1) {
        TimeFormat::parse(TimeKind::DateTime, format.try_as_str().flatten().unwrap_or(""))?;
    }
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (value, format) = (args.longs(0)?, args.strings(1)?);
    if args.rows() == 0 {
        return args.make_strings(|_| "");
    }
    let format = TimeFormat::parse(TimeKind::DateTime, format.get(0))?;
    args.write_strings(|row, out| {
        if let Some(ticks) = value.get(row) {
            format.write(ticks, out);
        }
    })
}
