//! Operators that DataFusion has no node for: they go over rows that are there, one after the other.
//!
//! In: the rows of the input as one batch, and the bound operator. Out: a batch with the columns of the operator's schema. They are computed
//! before a plan is made of what stands above them.

mod formula;
mod scan;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::Schema as ArrowSchema;

use crate::error::{Error, Result};
use crate::operators::fields;
use crate::rows::Rows;

/// Result rows of one operator above which a query is refused: they are in memory.
pub(crate) const ROWS_MAX: usize = 50_000_000;

/// All rows in one batch, in their order.
pub(crate) fn one_batch(rows: &Rows) -> Result<RecordBatch> {
    let told = Arc::new(ArrowSchema::new(fields(&rows.columns)));
    concat_batches(&told, &rows.batches).map_err(|error| Error::Bug(error.to_string()))
}

/// The refusal of more rows than an operator may make.
pub(crate) fn too_many_rows(operator: &str) -> Error {
    Error::Environment(format!("`{operator}` makes more than {ROWS_MAX} rows"))
}
