//! Quantities from one unit to another.
//!
//! In: a call with a value and two names of units. Out: the value in the second unit; null when a name is not known. Names count with their case.
//!
//! Source: the pages of Kusto's `convert_…` functions for the names. The sizes are those that UnitsNet (MIT), whose names they are, gave them in
//! its fifth version: the page of `convert_volume` shows an acre-foot rounded just so.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::functions::Args;

/// A unit, in terms of the base unit of its quantity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    name: &'static str,
    size: Size,
    /// The base unit's value at this unit's zero.
    zero: f64,
}

/// How large a unit is.
#[derive(Debug, Clone, Copy)]
enum Size {
    /// A fraction of the base unit, so that 1/60 keeps its digits.
    Ratio { times: f64, over: f64 },
    /// The sine of an angle.
    Tilt,
}

impl Unit {
    /// A unit that is `times / over` base units.
    pub(crate) const fn new(name: &'static str, times: f64, over: f64) -> Self {
        Self { name, size: Size::Ratio { times, over }, zero: 0.0 }
    }

    /// The sine of an angle in radians.
    pub(crate) const fn tilt(name: &'static str) -> Self {
        Self { name, size: Size::Tilt, zero: 0.0 }
    }

    /// The same, with its zero at a value of the base unit.
    pub(crate) const fn with_zero_at(mut self, zero: f64) -> Self {
        self.zero = zero;
        self
    }

    fn in_base(self, value: f64) -> f64 {
        match self.size {
            Size::Ratio { times, over } => value * times / over + self.zero,
            Size::Tilt => value.asin(),
        }
    }

    fn value_of(self, value: f64) -> f64 {
        match self.size {
            Size::Ratio { times, over } => (value - self.zero) * over / times,
            Size::Tilt => value.sin(),
        }
    }
}

/// `convert_…(value, from, to)` over the units of a quantity.
pub(crate) fn convert(args: &Args, units: &[Unit]) -> Result<ArrayRef> {
    let (value, from, to) = (args.reals(0)?, args.strings(1)?, args.strings(2)?);
    let find = |name: &str| units.iter().find(|unit| unit.name == name).copied();
    args.make_reals(|row| {
        let value = value.get(row)?;
        let (from, to) = (find(from.get(row))?, find(to.get(row))?);
        Some(between(value, from, to))
    })
}

fn between(value: f64, from: Unit, to: Unit) -> f64 {
    match (from.size, to.size) {
        // Without a zero of their own, the sizes meet first: 1/180 over 1/10800 is 60 to the last digit.
        (Size::Ratio { times, over }, Size::Ratio { times: to_times, over: to_over })
            if from.zero == 0.0 && to.zero == 0.0 =>
        {
            value * ((times * to_over) / (over * to_times))
        }
        _ => to.value_of(from.in_base(value)),
    }
}
