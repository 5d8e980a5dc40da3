//! `todecimal`: which decimal number is this?

use semantics::Decimal;

use crate::dynamic::as_decimal;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "todecimal",
    aliases: &[],
    summary: "Converts a scalar to a decimal; null for what is no number.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Decimal))],
    source: "https://learn.microsoft.com/kusto/query/todecimal-function",
    lower: Lower::Kernel(evaluate),
};

/// As `toreal` does, type for type.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_decimals(|row| value.get(row).map(|value| Decimal::from(i64::from(value))))
        }
        Type::Int | Type::Long | Type::Real | Type::Decimal => {
            let value = args.decimals(0)?;
            args.make_decimals(|row| value.get(row))
        }
        Type::DateTime | Type::TimeSpan => {
            let value = args.longs(0)?;
            args.make_decimals(|row| value.get(row).map(Decimal::from))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_decimals(|row| value.get(row).and_then(as_decimal))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_decimals(|row| Decimal::parse(value.get(row).trim()))
        }
        Type::Guid => args.make_decimals(|_| None),
    }
}
