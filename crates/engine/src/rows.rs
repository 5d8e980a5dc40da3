//! The rows of an answer: Arrow batches with their KQL types beside them.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};
use semantics::{Decimal, Schema, Type, Value};

/// A table that a query gave.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The columns, as the user sees them.
    pub columns: Schema,
    /// The rows, in order. Column `i` of each batch has the Arrow type of `columns[i]` (see [`crate::types::arrow_type`]).
    pub batches: Vec<RecordBatch>,
}

impl Rows {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows one by one, each as values in column order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<Value>> + '_ {
        self.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| self.values(batch, row)))
    }

    fn values(&self, batch: &RecordBatch, row: usize) -> Vec<Value> {
        self.columns.iter().zip(batch.columns()).map(|(column, array)| value(array, column.ty, row)).collect()
    }
}

/// One cell of an array in the engine's own representation of a type.
pub fn value(array: &dyn Array, ty: Type, row: usize) -> Value {
    if array.is_null(row) {
        return Value::absent(ty);
    }
    let found = match ty {
        Type::Bool => array.as_boolean_opt().map(|array| Value::Bool(array.value(row))),
        Type::Int => array.as_primitive_opt::<Int32Type>().map(|array| Value::Int(array.value(row))),
        Type::Long => ticks(array, row).map(Value::Long),
        Type::DateTime => ticks(array, row).map(Value::DateTime),
        Type::TimeSpan => ticks(array, row).map(Value::TimeSpan),
        Type::Real => array.as_primitive_opt::<Float64Type>().map(|array| Value::Real(array.value(row))),
        Type::Decimal => {
            array.as_primitive_opt::<Decimal128Type>().map(|array| Value::Decimal(Decimal::from_code(array.value(row))))
        }
        Type::String => text(array, row).map(Value::String),
        Type::Guid => text(array, row).map(Value::Guid),
        Type::Dynamic => text(array, row).map(Value::Dynamic),
    };
    found.unwrap_or_else(|| Value::absent(ty))
}

fn ticks(array: &dyn Array, row: usize) -> Option<i64> {
    array.as_primitive_opt::<Int64Type>().map(|array| array.value(row))
}

fn text(array: &dyn Array, row: usize) -> Option<String> {
    array.as_string_view_opt().map(|array| array.value(row).to_owned())
}
