//! `sum` and `avg` of decimals: added up one by one, each sum rounded to 34 digits; a sum that is too large makes the answer null.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array};
use arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::GroupsAccumulator;
use semantics::Decimal;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::types::decimal_array;

/// The accumulator of `sum`; no rows make 0.
pub(crate) fn decimal_sum() -> Box<dyn GroupsAccumulator> {
    Folding::boxed(Totals { is_mean: false })
}

/// The accumulator of `avg`; no rows make null, for want of a NaN.
pub(crate) fn decimal_mean() -> Box<dyn GroupsAccumulator> {
    Folding::boxed(Totals { is_mean: true })
}

struct Totals {
    is_mean: bool,
}

/// What the rows of a group add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    sum: Decimal,
    is_too_large: bool,
    count: i64,
}

impl Total {
    fn add(&mut self, value: Option<Decimal>, count: i64) {
        match value.and_then(|value| self.sum.plus(value)) {
            Some(sum) => self.sum = sum,
            None => self.is_too_large = true,
        }
        self.count += count;
    }

    fn sum(&self) -> Option<Decimal> {
        if self.is_too_large { None } else { Some(self.sum) }
    }
}

impl Fold for Totals {
    type State = Total;
    type Input = Decimal128Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Decimal128Array> {
        match columns[0].as_primitive_opt::<Decimal128Type>() {
            Some(array) => Ok(array.clone()),
            None => internal_err!("a sum of decimals over a column of {}", columns[0].data_type()),
        }
    }

    fn add(&self, state: &mut Total, input: &Decimal128Array, row: usize) {
        if input.is_valid(row) {
            state.add(Some(Decimal::from_code(input.value(row))), 1);
        }
    }

    fn merge(&self, state: &mut Total, other: &Total) {
        state.add(other.sum(), other.count);
    }

    /// The sum, null when it was too large, and how many rows.
    fn save(&self, states: &[Total]) -> Vec<ArrayRef> {
        let counts = Int64Array::from_iter_values(states.iter().map(|state| state.count));
        vec![decimal_array(states.iter().map(Total::sum)), Arc::new(counts)]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Total>> {
        let (sums, counts) = (self.read(columns)?, columns[1].as_primitive::<Int64Type>());
        let total = |(sum, count): (Option<i128>, &i64)| Total {
            sum: sum.map(Decimal::from_code).unwrap_or_default(),
            is_too_large: sum.is_none(),
            count: *count,
        };
        Ok(sums.iter().zip(counts.values()).map(total).collect())
    }

    fn finish(&self, states: Vec<Total>) -> Result<ArrayRef> {
        let mean = |state: &Total| state.sum()?.over(Decimal::from(state.count));
        Ok(if self.is_mean {
            decimal_array(states.iter().map(mean))
        } else {
            decimal_array(states.iter().map(Total::sum))
        })
    }
}
