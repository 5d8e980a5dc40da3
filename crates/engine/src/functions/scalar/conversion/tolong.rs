//! `tolong`: which whole number is this?

use semantics::Decimal;

use crate::dynamic::{as_long, parse_long};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tolong",
    aliases: &[],
    summary: "Converts a scalar to a long: reals lose their fraction, datetimes and timespans give their ticks; null for what is no whole number.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Long))],
    source: "https://learn.microsoft.com/kusto/query/tolong-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_longs(|row| value.get(row).map(i64::from))
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let value = args.longs(0)?;
            args.make_longs(|row| value.get(row))
        }
        Type::Real => {
            let value = args.reals(0)?;
            args.make_longs(|row| value.get(row).and_then(whole))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_longs(|row| value.get(row).and_then(as_long))
        }
        Type::Decimal => {
            let value = args.decimals(0)?;
            args.make_longs(|row| value.get(row).map(Decimal::to_long))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_longs(|row| parse_long(value.get(row)))
        }
        Type::Guid => args.make_longs(|_| None),
    }
}

/// What is too large becomes the largest long, but infinity none. Source: recorded answers of Kusto.
fn whole(value: f64) -> Option<i64> {
    value.is_finite().then_some(value as i64)
}
