//! `sum`: whole numbers and timespans wrap around at 64 bits, as Kusto's do; no rows make 0.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{ArrowNativeTypeOp, DataType, Float64Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::GroupsAccumulator;
use semantics::Type;
use std::marker::PhantomData;
use std::sync::Arc;

use super::decimal::decimal_sum;
use super::{Fold, Folding};
use crate::functions::AggregateCall;
use crate::types::DECIMAL;

/// What can be added up; a dynamic as a real, the first.
pub(crate) const SUMMABLE: &[Type] = &[Type::Real, Type::Int, Type::Long, Type::Decimal, Type::TimeSpan];

/// The accumulator of `sum` for the type that comes out.
pub(crate) fn sum(call: &AggregateCall) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(match call.outputs.first() {
        Some(Type::Real) => Folding::boxed(Sum::<Float64Type>(PhantomData)),
        Some(Type::Decimal) => decimal_sum(),
        _ => Folding::boxed(Sum::<Int64Type>(PhantomData)),
    })
}

/// The state of `sum`.
pub(crate) fn sum_state(call: &AggregateCall) -> Vec<DataType> {
    match call.outputs.first() {
        Some(Type::Real) => vec![DataType::Float64],
        Some(Type::Decimal) => vec![DECIMAL, DataType::Int64],
        _ => vec![DataType::Int64],
    }
}

/// What `sum` makes of its argument's type: int becomes long.
pub(crate) fn promoted(types: &[Type]) -> Type {
    match types.first() {
        Some(Type::Int) | None => Type::Long,
        Some(other) => *other,
    }
}

struct Sum<T>(PhantomData<fn() -> T>);

impl<T: ArrowPrimitiveType> Fold for Sum<T> {
    type State = T::Native;
    type Input = PrimitiveArray<T>;

    fn read(&self, columns: &[ArrayRef]) -> Result<Self::Input> {
        Ok(cast(&columns[0], &T::DATA_TYPE)?.as_primitive::<T>().clone())
    }

    fn add(&self, state: &mut T::Native, input: &Self::Input, row: usize) {
        if input.is_valid(row) {
            *state = state.add_wrapping(input.value(row));
        }
    }

    fn merge(&self, state: &mut T::Native, other: &T::Native) {
        *state = state.add_wrapping(*other);
    }

    fn save(&self, states: &[T::Native]) -> Vec<ArrayRef> {
        vec![Arc::new(PrimitiveArray::<T>::from_iter_values(states.iter().copied()))]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<T::Native>> {
        Ok(columns[0].as_primitive::<T>().values().to_vec())
    }

    fn finish(&self, states: Vec<T::Native>) -> Result<ArrayRef> {
        Ok(Arc::new(PrimitiveArray::<T>::from_iter_values(states)))
    }
}
