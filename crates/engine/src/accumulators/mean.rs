//! `avg`: the mean of numbers as a real (NaN for no rows), of decimals as a decimal, of timespans and datetimes as ticks (null for no rows).
//!
//! Kusto sums whole numbers in 64 bits that wrap around, and so the mean of large ones is wrong there in the same way; ticks are summed
//! in 128 bits.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::GroupsAccumulator;
use semantics::Type;
use std::sync::Arc;

use super::decimal::decimal_mean;
use super::{Fold, Folding};
use crate::functions::{AggregateCall, LowerAggregate};
use crate::types::DECIMAL;

/// How `avg` is computed; `filter` is the place of the predicate of `avgif`.
pub(crate) const fn mean(filter: Option<usize>) -> LowerAggregate {
    LowerAggregate::Groups { make, state, columns: |_| 1, filter }
}

fn make(call: &AggregateCall) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(match call.types.first() {
        Some(Type::Int | Type::Long) => Folding::boxed(LongMean),
        Some(Type::TimeSpan | Type::DateTime) => Folding::boxed(TicksMean),
        Some(Type::Decimal) => decimal_mean(),
        _ => Folding::boxed(RealMean),
    })
}

fn state(call: &AggregateCall) -> Vec<DataType> {
    let sum = match call.types.first() {
        Some(Type::Int | Type::Long) => DataType::Int64,
        Some(Type::TimeSpan | Type::DateTime) => TICKS_SUM,
        Some(Type::Decimal) => DECIMAL,
        _ => DataType::Float64,
    };
    vec![sum, DataType::Int64]
}

/// The numbers that have a mean; a dynamic as a real, the first.
pub(crate) const AVERAGED: &[Type] = &[Type::Real, Type::Int, Type::Long, Type::Decimal];

/// What `avg` makes of its argument's type.
pub(crate) fn averaged(types: &[Type]) -> Type {
    if types.first() == Some(&Type::Decimal) { Type::Decimal } else { Type::Real }
}

/// A sum of ticks: 2^63 ticks times 2^63 rows fit.
const TICKS_SUM: DataType = DataType::Decimal128(38, 0);

struct LongMean;

impl Fold for LongMean {
    type State = (i64, i64);
    type Input = Int64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Int64Array> {
        Ok(cast(&columns[0], &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    fn add(&self, (sum, count): &mut (i64, i64), input: &Int64Array, row: usize) {
        if input.is_valid(row) {
            *sum = sum.wrapping_add(input.value(row));
            *count += 1;
        }
    }

    fn merge(&self, (sum, count): &mut (i64, i64), other: &(i64, i64)) {
        *sum = sum.wrapping_add(other.0);
        *count += other.1;
    }

    fn save(&self, states: &[(i64, i64)]) -> Vec<ArrayRef> {
        let sums = Int64Array::from_iter_values(states.iter().map(|state| state.0));
        vec![Arc::new(sums), counts(states.iter().map(|state| state.1))]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<(i64, i64)>> {
        let (sums, counts) = (columns[0].as_primitive::<Int64Type>(), columns[1].as_primitive::<Int64Type>());
        Ok(sums.values().iter().copied().zip(counts.values().iter().copied()).collect())
    }

    fn finish(&self, states: Vec<(i64, i64)>) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from_iter_values(states.iter().map(|(sum, count)| *sum as f64 / *count as f64))))
    }
}

struct RealMean;

impl Fold for RealMean {
    type State = (f64, i64);
    type Input = Float64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Float64Array> {
        Ok(cast(&columns[0], &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    }

    fn add(&self, (sum, count): &mut (f64, i64), input: &Float64Array, row: usize) {
        if input.is_valid(row) {
            *sum += input.value(row);
            *count += 1;
        }
    }

    fn merge(&self, (sum, count): &mut (f64, i64), other: &(f64, i64)) {
        *sum += other.0;
        *count += other.1;
    }

    fn save(&self, states: &[(f64, i64)]) -> Vec<ArrayRef> {
        let sums = Float64Array::from_iter_values(states.iter().map(|state| state.0));
        vec![Arc::new(sums), counts(states.iter().map(|state| state.1))]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<(f64, i64)>> {
        let (sums, counts) = (columns[0].as_primitive::<Float64Type>(), columns[1].as_primitive::<Int64Type>());
        Ok(sums.values().iter().copied().zip(counts.values().iter().copied()).collect())
    }

    fn finish(&self, states: Vec<(f64, i64)>) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from_iter_values(states.iter().map(|(sum, count)| sum / *count as f64))))
    }
}

struct TicksMean;

impl Fold for TicksMean {
    type State = (i128, i64);
    type Input = Int64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Int64Array> {
        LongMean.read(columns)
    }

    fn add(&self, (sum, count): &mut (i128, i64), input: &Int64Array, row: usize) {
        if input.is_valid(row) {
            *sum += i128::from(input.value(row));
            *count += 1;
        }
    }

    fn merge(&self, (sum, count): &mut (i128, i64), other: &(i128, i64)) {
        *sum += other.0;
        *count += other.1;
    }

    fn save(&self, states: &[(i128, i64)]) -> Vec<ArrayRef> {
        let sums = Decimal128Array::from_iter_values(states.iter().map(|state| state.0)).with_data_type(TICKS_SUM);
        vec![Arc::new(sums), counts(states.iter().map(|state| state.1))]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<(i128, i64)>> {
        let (sums, counts) = (columns[0].as_primitive::<Decimal128Type>(), columns[1].as_primitive::<Int64Type>());
        Ok(sums.values().iter().copied().zip(counts.values().iter().copied()).collect())
    }

    fn finish(&self, states: Vec<(i128, i64)>) -> Result<ArrayRef> {
        let mean = |(sum, count): &(i128, i64)| i64::try_from(sum.checked_div(i128::from(*count))?).ok();
        Ok(Arc::new(states.iter().map(mean).collect::<Int64Array>()))
    }
}

fn counts(counts: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(counts))
}
