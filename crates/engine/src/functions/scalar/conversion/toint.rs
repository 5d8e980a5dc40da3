//! `toint`: which 32-bit whole number is this?

use crate::dynamic::{as_int, parse_long, parse_real};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "toint",
    aliases: &[],
    summary: "Converts a scalar to an int: reals lose their fraction, longer numbers their upper half; null for what is no whole number.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Int))],
    source: "https://learn.microsoft.com/kusto/query/toint-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_ints(|row| value.get(row).map(i32::from))
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let value = args.longs(0)?;
            args.make_ints(|row| value.get(row).map(|value| value as i32))
        }
        Type::Real => {
            let value = args.reals(0)?;
            args.make_ints(|row| value.get(row).filter(|value| fits(*value)).map(|value| value as i32))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_ints(|row| value.get(row).and_then(as_int))
        }
        Type::Decimal => {
            let value = args.json(0)?;
            args.make_ints(|row| {
                value.get(row).and_then(parse_real).filter(|value| fits(*value)).map(|value| value as i32)
            })
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_ints(|row| parse_long(value.get(row)).and_then(|value| i32::try_from(value).ok()))
        }
        Type::Guid => args.make_ints(|_| None),
    }
}

fn fits(value: f64) -> bool {
    value.trunc() >= f64::from(i32::MIN) && value.trunc() <= f64::from(i32::MAX)
}
