//! Counts of a unit since 1970-01-01 → datetimes.
//!
//! In: a column of numbers. Out: ticks, null outside the calendar. Whole numbers and decimals stay exact, to the nearest tick; a real is
//! exact as far as a double is.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use semantics::time::{DATETIME_MAX, UNIX_EPOCH};
use semantics::{Decimal, Type};

use crate::functions::Args;

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// A unit of so many ticks.
    Times(i64),
    /// Nanoseconds, a hundred to a tick; the rest is lost.
    Hundredths,
}

/// The datetimes of the first argument.
pub(crate) fn moments(args: &Args, unit: Unit) -> Result<ArrayRef> {
    let within = |ticks: i64| Some(ticks.checked_add(UNIX_EPOCH)?).filter(|ticks| (0..=DATETIME_MAX).contains(ticks));
    if args.ty(0) == Type::Real {
        let counts = args.reals(0)?;
        return args.make_longs(|row| {
            let ticks = match unit {
                Unit::Times(ticks) => counts.get(row)? * ticks as f64,
                Unit::Hundredths => counts.get(row)? / 100.0,
            };
            // Beyond 2^62 ticks there is no calendar; NaN is not below it either.
            if ticks.abs() < (1_i64 << 62) as f64 { within(ticks.round() as i64) } else { None }
        });
    }
    if args.ty(0) == Type::Decimal {
        let counts = args.decimals(0)?;
        return args.make_longs(|row| {
            let ticks = match unit {
                Unit::Times(ticks) => counts.get(row)?.times(Decimal::from(ticks))?.round(0)?,
                Unit::Hundredths => counts.get(row)?.over(Decimal::from(100))?.floor()?,
            };
            within(ticks.to_long())
        });
    }
    let counts = args.longs(0)?;
    args.make_longs(|row| match unit {
        Unit::Times(ticks) => within(counts.get(row)?.checked_mul(ticks)?),
        Unit::Hundredths => within(counts.get(row)?.div_euclid(100)),
    })
}
