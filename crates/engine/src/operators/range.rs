//! `range x from a to b step c`.
//!
//! - Shape: one column; values from `from` on, `step` apart, up to and including `to`.
//! - Nulls: a null bound or a step of zero gives no rows, as does a step that leads away from `to`.
//! - Source: learn.microsoft.com/kusto/query/range-operator.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;
use semantics::bound::Expr;
use semantics::{Decimal, Schema, Type};

use super::{Lowering, rows};
use crate::error::{Error, Result};
use crate::types::decimal_array;

/// More rows than this are refused: they are made in memory.
const ROWS_MAX: usize = 50_000_000;

impl Lowering<'_> {
    pub(super) fn range(&self, from: &Expr, to: &Expr, step: &Expr, schema: &Schema) -> Result<LogicalPlan> {
        let ty = schema.first().map_or(Type::Long, |column| column.ty);
        let (from, to, step) = (self.constant(from)?, self.constant(to)?, self.constant(step)?);
        let array: ArrayRef = if ty == Type::Real {
            Arc::new(Float64Array::from(reals(real(&from), real(&to), real(&step))?))
        } else if ty == Type::Decimal {
            decimal_array(decimals(decimal(&from), decimal(&to), decimal(&step))?.into_iter().map(Some))
        } else {
            let values = longs(long(&from), long(&to), long(&step))?;
            match ty {
                Type::Int => {
                    Arc::new(values.into_iter().map(|value| i32::try_from(value).ok()).collect::<Int32Array>())
                }
                _ => Arc::new(Int64Array::from(values)),
            }
        };
        let row_count = array.len();
        rows::memory(vec![array], row_count, schema)
    }
}

fn longs(from: Option<i64>, to: Option<i64>, step: Option<i64>) -> Result<Vec<i64>> {
    let (Some(from), Some(to), Some(step)) = (from, to, step) else { return Ok(vec![]) };
    if step == 0 || (step > 0 && from > to) || (step < 0 && from < to) {
        return Ok(vec![]);
    }
    let count = (i128::from(to) - i128::from(from)) / i128::from(step) + 1;
    let count = usize::try_from(count).ok().filter(|count| *count <= ROWS_MAX).ok_or_else(too_many)?;
    Ok((0..count).map(|at| from.wrapping_add(step.wrapping_mul(at as i64))).collect())
}

fn reals(from: Option<f64>, to: Option<f64>, step: Option<f64>) -> Result<Vec<f64>> {
    let (Some(from), Some(to), Some(step)) = (from, to, step) else { return Ok(vec![]) };
    let count = ((to - from) / step).floor() + 1.0;
    if !count.is_finite() || count < 1.0 {
        return Ok(vec![]);
    }
    if count > ROWS_MAX as f64 {
        return Err(too_many());
    }
    Ok((0..count as usize).map(|at| from + step * at as f64).collect())
}

fn decimals(from: Option<Decimal>, to: Option<Decimal>, step: Option<Decimal>) -> Result<Vec<Decimal>> {
    let (Some(from), Some(to), Some(step)) = (from, to, step) else { return Ok(vec![]) };
    let is_within = |value: &Decimal| if step > Decimal::ZERO { *value <= to } else { *value >= to };
    // A step that is lost beside its value would never arrive.
    let next = |value: &Decimal| value.plus(step).filter(|next| next != value);
    let values: Vec<Decimal> =
        std::iter::successors(Some(from), next).take_while(is_within).take(ROWS_MAX + 1).collect();
    match values.len() {
        _ if step == Decimal::ZERO => Ok(vec![]),
        0..=ROWS_MAX => Ok(values),
        _ => Err(too_many()),
    }
}

fn too_many() -> Error {
    Error::Environment(format!("`range` makes more than {ROWS_MAX} rows"))
}

fn long(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int64(value) => *value,
        ScalarValue::Int32(value) => value.map(i64::from),
        _ => None,
    }
}

fn decimal(value: &ScalarValue) -> Option<Decimal> {
    match value {
        ScalarValue::Decimal128(code, ..) => code.map(Decimal::from_code),
        ScalarValue::Float64(value) => value.and_then(Decimal::from_real),
        other => long(other).map(Decimal::from),
    }
}

fn real(value: &ScalarValue) -> Option<f64> {
    match value {
        ScalarValue::Float64(value) => *value,
        other => long(other).map(|value| value as f64),
    }
}
