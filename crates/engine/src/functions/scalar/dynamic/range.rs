//! `range`: an array of equally spaced values.

use crate::dynamic::{array_of, quoted, real_json};
use crate::functions::decimals::Decimals;
use crate::functions::prelude::*;
use semantics::Decimal;
use semantics::time::{TICKS_PER_HOUR, format_datetime, format_timespan};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "range",
    aliases: &[],
    summary: "Lists the values from a start up to a stop, a step apart.",
    signatures: &[Signature::new(
        &[
            required("start", Accepts::AnyOf(TYPES), "the first value"),
            required("stop", Accepts::AnyOf(TYPES), "no value is beyond it"),
            optional("step", Accepts::AnyOf(TYPES), "how far apart; 1, or an hour"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/range-function",
    lower: Lower::Kernel(evaluate),
};

const TYPES: &[Type] = &[Type::Int, Type::Long, Type::Real, Type::Decimal, Type::DateTime, Type::TimeSpan];

/// A longer array is cut here, as documented.
const COUNT_MAX: usize = 1_048_576;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let types: Vec<Type> = (0..args.len()).map(|at| args.ty(at)).collect();
    if types.contains(&Type::Decimal) {
        return decimals(args);
    }
    if types.contains(&Type::Real) {
        return reals(args);
    }
    let (start, stop) = (args.longs(0)?, args.longs(1)?);
    let default = if types.iter().any(|ty| matches!(ty, Type::DateTime | Type::TimeSpan)) { TICKS_PER_HOUR } else { 1 };
    let step = if args.len() > 2 { args.longs(2)? } else { Longs::One(Some(default)) };
    let write = |value: i64| match args.ty(0) {
        Type::DateTime => quoted(&format_datetime(value)),
        Type::TimeSpan => quoted(&format_timespan(value)),
        _ => value.to_string(),
    };
    args.make_json(|row| {
        let (start, stop, step) = (start.get(row)?, stop.get(row)?, step.get(row)?);
        let is_within = |value: &i64| if step > 0 { *value <= stop } else { *value >= stop };
        let next = |value: &i64| value.checked_add(step);
        (step != 0).then(|| {
            array_of(std::iter::successors(Some(start), next).take_while(is_within).take(COUNT_MAX).map(write))
        })
    })
}

fn reals(args: &Args) -> Result<ArrayRef> {
    let (start, stop) = (args.reals(0)?, args.reals(1)?);
    let step = if args.len() > 2 { args.reals(2)? } else { Reals::One(Some(1.0)) };
    args.make_json(|row| {
        let (start, stop, step) = (start.get(row)?, stop.get(row)?, step.get(row)?);
        let is_within = |value: &f64| if step > 0.0 { *value <= stop } else { *value >= stop };
        let values = (0..COUNT_MAX).map(|count| start + count as f64 * step).take_while(is_within);
        (step != 0.0 && start.is_finite() && step.is_finite()).then(|| array_of(values.map(real_json)))
    })
}

/// A decimal in an array is its text, as it is wherever an array is made of decimals.
fn decimals(args: &Args) -> Result<ArrayRef> {
    let (start, stop) = (args.decimals(0)?, args.decimals(1)?);
    let step = if args.len() > 2 { args.decimals(2)? } else { Decimals::One(Some(Decimal::from(1))) };
    args.make_json(|row| {
        let (start, stop, step) = (start.get(row)?, stop.get(row)?, step.get(row)?);
        let is_up = step > Decimal::from(0);
        let is_within = |value: &Decimal| if is_up { *value <= stop } else { *value >= stop };
        // A step that is too small for the digits of the start stands still.
        let next = |value: &Decimal| value.plus(step).filter(|next| next != value);
        let values = std::iter::successors(Some(start), next).take_while(is_within).take(COUNT_MAX);
        (step != Decimal::from(0)).then(|| array_of(values.map(|value| quoted(&value.to_string()))))
    })
}
