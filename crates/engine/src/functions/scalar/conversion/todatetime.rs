//! `todatetime`: which moment is this?

use semantics::time::{DATETIME_MAX, parse_datetime};

use crate::dynamic::as_ticks;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "todatetime",
    aliases: &[],
    summary: "Converts a text, or ticks since 0001-01-01, to a datetime; null for what is none.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::DateTime))],
    source: "https://learn.microsoft.com/kusto/query/todatetime-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::DateTime | Type::Int | Type::Long => {
            let value = args.longs(0)?;
            args.make_longs(|row| value.get(row).filter(|ticks| (0..=DATETIME_MAX).contains(ticks)))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_longs(|row| value.get(row).and_then(|json| as_ticks(json, Type::DateTime)))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_longs(|row| parse_datetime(value.get(row)))
        }
        other => exec_err!("`todatetime` does not convert a {other}"),
    }
}
