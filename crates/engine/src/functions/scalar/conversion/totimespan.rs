//! `totimespan`: how long is this?

use semantics::time::parse_timespan;

use crate::dynamic::as_ticks;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "totimespan",
    aliases: &["totime"],
    summary: "Converts a text, or ticks of 100 ns, to a timespan; null for what is none.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::TimeSpan))],
    source: "https://learn.microsoft.com/kusto/query/totimespan-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::TimeSpan | Type::Int | Type::Long => {
            let value = args.longs(0)?;
            args.make_longs(|row| value.get(row))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_longs(|row| value.get(row).and_then(|json| as_ticks(json, Type::TimeSpan)))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_longs(|row| parse_timespan(value.get(row)))
        }
        other => exec_err!("`totimespan` does not convert a {other}"),
    }
}
