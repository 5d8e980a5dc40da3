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
    lower: Lower::Rewrite(rewrite),
};

/// Kusto computes a call over a written real before it runs the query, and there what is too large becomes the least long.
/// Source: recorded answers of Kusto, for `tolong(todouble(9223372036854775807))` and for a column of such reals.
fn rewrite(call: &Rewrite) -> Result<Expr> {
    let is_written = call.arguments.iter().all(|argument| !argument.any_column_refs());
    let is_real = call.types.first() == Some(&Type::Real);
    let (name, evaluate): (_, fn(&Args) -> Result<ArrayRef>) =
        if is_written && is_real { ("tolong_of_written", evaluate_written) } else { (FUNCTION.name, evaluate) };
    Ok(kernel_call(name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate_written(args: &Args) -> Result<ArrayRef> {
    let value = args.reals(0)?;
    args.make_longs(|row| value.get(row).and_then(whole_of_written))
}

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

/// A double below 2^63 is a long; NaN and the infinities are none.
fn whole_of_written(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    value.is_finite().then(|| if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN })
}
