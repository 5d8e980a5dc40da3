//! Operators that DataFusion has no node for: they go over rows that are there, one after the other.
//!
//! In: the rows of the input as one batch, and the bound operator. Out: a batch with the columns of the operator's schema. They are computed
//! before a plan is made of what stands above them.

mod formula;
mod graph;
mod per_key;
mod scan;
mod top_hitters;

pub(crate) use top_hitters::top_hitters;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Schema as ArrowSchema;
use arrow::row::{RowConverter, SortField};

use crate::error::{Error, Result};
use crate::rows::Rows;
use crate::types::arrow_fields;

/// Result rows of one operator above which a query is refused: they are in memory.
pub(crate) const ROWS_MAX: usize = 50_000_000;

/// All rows in one batch, in their order.
pub(crate) fn one_batch(rows: &Rows) -> Result<RecordBatch> {
    let told = Arc::new(ArrowSchema::new(arrow_fields(&rows.columns)));
    concat_batches(&told, &rows.batches).map_err(|error| Error::Bug(error.to_string()))
}

/// The refusal of more rows than an operator may make.
pub(crate) fn too_many_rows(operator: &str) -> Error {
    Error::Environment(format!("`{operator}` makes more than {ROWS_MAX} rows"))
}

/// The rows of equal keys, in the order of the first row of each.
pub(crate) fn group(keys: &[ArrayRef]) -> Result<Vec<Vec<usize>>> {
    let bug = |error: arrow::error::ArrowError| Error::Bug(error.to_string());
    let sorts = keys.iter().map(|key| SortField::new(key.data_type().clone())).collect();
    let rows = RowConverter::new(sorts).map_err(bug)?.convert_columns(keys).map_err(bug)?;
    let mut places: HashMap<&[u8], usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = vec![];
    let texts: Vec<_> = rows.iter().collect();
    for (row, key) in texts.iter().enumerate() {
        let place = *places.entry(key.data()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    Ok(groups)
}
