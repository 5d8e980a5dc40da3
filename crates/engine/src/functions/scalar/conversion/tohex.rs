//! `tohex`: how is this whole number written in hexadecimal?

use std::fmt::Write;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tohex",
    aliases: &[],
    summary: "Writes an int or a long in hexadecimal, negative ones as two's complement of their size.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::AnyOf(&[Type::Int, Type::Long]), "a whole number"),
            optional("minLength", Accepts::Type(Type::Long), "how many digits at least, filled with zeros"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/tohex-function",
    lower: Lower::Kernel(evaluate),
};

/// A long has no more digits; longer lengths are cut to it.
const DIGITS_MAX: i64 = 16;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.longs(0)?;
    let length = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    let is_int = args.ty(0) == Type::Int;
    args.write_strings(|row, out| {
        let Some(value) = value.get(row) else { return };
        let length = length.as_ref().and_then(|length| length.get(row)).unwrap_or(0).clamp(0, DIGITS_MAX);
        let length = usize::try_from(length).unwrap_or(0);
        let bits = if is_int { u64::from(value as u32) } else { value.cast_unsigned() };
        write!(out, "{bits:0length$x}").expect("a String grows");
    })
}
