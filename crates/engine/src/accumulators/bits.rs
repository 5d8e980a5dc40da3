//! `binary_all_and`, `binary_all_or`, `binary_all_xor`: the bits of all values of a group together; null for none.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::functions::LowerAggregate;

/// Which operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bits {
    /// Bits that all have.
    And,
    /// Bits that any has.
    Or,
    /// Bits that an odd number have.
    Xor,
}

/// How the aggregate is computed.
pub(crate) const fn binary(which: Bits) -> LowerAggregate {
    let make = match which {
        Bits::And => |_: &_| Ok(Folding::boxed(Bits::And)),
        Bits::Or => |_: &_| Ok(Folding::boxed(Bits::Or)),
        Bits::Xor => |_: &_| Ok(Folding::boxed(Bits::Xor)),
    };
    LowerAggregate::Groups { make, state: |_| vec![DataType::Int64], columns: |_| 1, filter: None }
}

impl Fold for Bits {
    type State = Option<i64>;
    type Input = Int64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Int64Array> {
        Ok(cast(&columns[0], &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    fn add(&self, state: &mut Option<i64>, input: &Int64Array, row: usize) {
        if input.is_valid(row) {
            self.merge(state, &Some(input.value(row)));
        }
    }

    fn merge(&self, state: &mut Option<i64>, other: &Option<i64>) {
        *state = match (*state, *other) {
            (Some(a), Some(b)) => Some(match self {
                Self::And => a & b,
                Self::Or => a | b,
                Self::Xor => a ^ b,
            }),
            (a, b) => a.or(b),
        };
    }

    fn save(&self, states: &[Option<i64>]) -> Vec<ArrayRef> {
        vec![Arc::new(states.iter().copied().collect::<Int64Array>())]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<i64>>> {
        Ok(columns[0].as_primitive::<Int64Type>().iter().collect())
    }

    fn finish(&self, states: Vec<Option<i64>>) -> Result<ArrayRef> {
        Ok(Arc::new(states.into_iter().collect::<Int64Array>()))
    }
}
