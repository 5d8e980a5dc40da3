//! `tobool`: is this true?

use semantics::Decimal;

use crate::dynamic::{as_bool, parse_long};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tobool",
    aliases: &["toboolean"],
    summary: "Converts a scalar to a bool: numbers are true unless zero, texts are `true`, `false` or a whole number; null for anything else.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Bool))],
    source: "https://learn.microsoft.com/kusto/query/tobool-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_bools(|row| value.get(row))
        }
        Type::Int | Type::Long => {
            let value = args.longs(0)?;
            args.make_bools(|row| value.get(row).map(|value| value != 0))
        }
        Type::Real => {
            let value = args.reals(0)?;
            args.make_bools(|row| value.get(row).map(|value| value != 0.0))
        }
        Type::Decimal => {
            let value = args.decimals(0)?;
            args.make_bools(|row| value.get(row).map(|value| value != Decimal::ZERO))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_bools(|row| value.get(row).and_then(as_bool))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_bools(|row| truth(value.get(row).trim()))
        }
        other => exec_err!("`tobool` does not convert a {other}"),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        number => parse_long(number).map(|value| value != 0),
    }
}
