//! Window functions over a serialized table.
//!
//! - Shape: n rows → the same n rows in their order, with a column per call behind.
//! - The rows are there already when a call is computed: a plan would be free to take them apart and lose their order.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema as ArrowSchema};
use datafusion::common::{Column, DFSchema};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{ColumnarValue, Expr, LogicalPlan};
use semantics::Schema;
use semantics::bound::{Aggregate, Table};

use super::Lowering;
use crate::error::{Error, Result, placed};
use crate::functions::{self, evaluate_rows};
use crate::rows::Rows;
use crate::types::arrow_fields;
use crate::types::arrow_type;

impl Lowering<'_> {
    /// `serialize` without functions keeps the rows; the functions themselves are computed before a plan is made.
    pub(super) fn window(&self, input: &Table, columns: &[Aggregate]) -> Result<LogicalPlan> {
        match columns.first() {
            None => self.table(input),
            Some(call) => Err(Error::Bug(format!("`{}` was not computed before the plan", call.function))),
        }
    }

    /// The rows, and behind their columns the values of the calls.
    pub(crate) fn with_windows(
        &self,
        state: &SessionState,
        rows: &Rows,
        calls: &[Aggregate],
        schema: &Schema,
    ) -> Result<RecordBatch> {
        let plain = Arc::new(ArrowSchema::new(arrow_fields(&rows.columns)));
        let all = concat_batches(&plain, &rows.batches).map_err(|error| Error::Bug(error.to_string()))?;
        let mut arrays: Vec<ArrayRef> = all.columns().to_vec();
        for call in calls {
            arrays.push(self.window_values(state, call, &all)?);
        }
        let told = Arc::new(ArrowSchema::new(arrow_fields(schema)));
        RecordBatch::try_new(told, arrays).map_err(|error| Error::Bug(error.to_string()))
    }

    fn window_values(&self, state: &SessionState, call: &Aggregate, rows: &RecordBatch) -> Result<ArrayRef> {
        let function = functions::window(call.function).ok_or_else(|| Error::Unsupported(call.function.to_owned()))?;
        let returns = call.outputs.first().copied().unwrap_or(semantics::Type::Long);
        if rows.num_rows() == 0 {
            return Ok(new_empty_array(&arrow_type(returns)));
        }
        let types: Vec<_> = call.arguments.iter().map(|argument| argument.ty).collect();
        let values = self.arguments(state, call, rows)?;
        let values = evaluate_rows(function.evaluate, &values, (&types, returns), rows.num_rows());
        Ok(values.map_err(|error| placed(error, call.span))?)
    }

    /// The arguments of a call over rows; constants stay constants.
    fn arguments(&self, state: &SessionState, call: &Aggregate, rows: &RecordBatch) -> Result<Vec<ColumnarValue>> {
        // Names of their own, because the user's may hold anything.
        let named = rows
            .columns()
            .iter()
            .enumerate()
            .map(|(at, column)| Field::new(format!("$c{at}"), column.data_type().clone(), true));
        let arrow = Arc::new(ArrowSchema::new(named.collect::<Vec<_>>()));
        let rows = RecordBatch::try_new(Arc::clone(&arrow), rows.columns().to_vec())
            .map_err(|error| Error::Bug(error.to_string()))?;
        let scope: Vec<Expr> =
            arrow.fields().iter().map(|field| Expr::Column(Column::new_unqualified(field.name()))).collect();
        let known = DFSchema::try_from(arrow)?;
        call.arguments
            .iter()
            .map(|argument| {
                let physical = state.create_physical_expr(self.value(argument, &scope)?, &known)?;
                Ok(physical.evaluate(&rows)?)
            })
            .collect()
    }
}
