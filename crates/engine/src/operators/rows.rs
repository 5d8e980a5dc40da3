//! `datatable` and other rows that stand in the query.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema as ArrowSchema;
use datafusion::common::{DFSchema, ScalarValue, TableReference};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{EmptyRelation, LogicalPlan, LogicalPlanBuilder};
use semantics::{Schema, Value};

use super::{columns, project};
use crate::error::{Error, Result};
use crate::types::arrow_fields;
use crate::types::scalar_value;

/// The rows as a table in memory.
pub(super) fn lower(rows: &[Vec<Value>], schema: &Schema) -> Result<LogicalPlan> {
    if rows.is_empty() {
        let schema = DFSchema::from_unqualified_fields(arrow_fields(schema).into(), HashMap::new())?;
        return Ok(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema: Arc::new(schema) }));
    }
    let arrays = schema.iter().enumerate().map(|(at, column)| {
        let cells = rows.iter().map(|row| row.get(at).map_or_else(|| crate::types::absent(column.ty), scalar_value));
        Ok(ScalarValue::iter_to_array(cells)?)
    });
    memory(arrays.collect::<Result<Vec<_>>>()?, rows.len(), schema)
}

/// Arrays as a table in memory.
pub(super) fn memory(arrays: Vec<ArrayRef>, row_count: usize, schema: &Schema) -> Result<LogicalPlan> {
    let told = Arc::new(ArrowSchema::new(arrow_fields(schema)));
    let options = RecordBatchOptions::new().with_row_count(Some(row_count));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&told), arrays, &options)
        .map_err(|error| Error::Bug(error.to_string()))?;
    let provider = Arc::new(MemTable::try_new(told, vec![vec![batch]])?);
    let scan = LogicalPlanBuilder::scan(TableReference::bare("$rows"), provider_as_source(provider), None)?.build()?;
    let exprs = columns(&scan);
    project(scan, exprs, schema)
}
