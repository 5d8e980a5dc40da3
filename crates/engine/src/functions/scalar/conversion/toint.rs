//! `toint`: which 32-bit whole number is this?

use crate::dynamic::{as_int, parse_long};

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
            args.make_ints(|row| value.get(row).and_then(whole))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_ints(|row| value.get(row).and_then(as_int))
        }
        Type::Decimal => {
            let value = args.decimals(0)?;
            args.make_ints(|row| {
                value.get(row).map(|value| value.to_long().clamp(i32::MIN.into(), i32::MAX.into()) as i32)
            })
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_ints(|row| parse_long(value.get(row)).and_then(|value| i32::try_from(value).ok()))
        }
        Type::Guid => args.make_ints(|_| None),
    }
}

/// What is too large becomes the largest int, but infinity none. Source: recorded answers of Kusto.
fn whole(value: f64) -> Option<i32> {
    value.is_finite().then_some(value as i32)
}
