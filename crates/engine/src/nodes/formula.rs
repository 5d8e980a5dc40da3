//! A bound expression, compiled: for all rows at once, or for one row whose cells come from different places.
//!
//! In: the expression and the types of the columns that it may read. Out: arrays, or one value. Knows only the columns that it reads.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::PhysicalExpr;
use semantics::Type;
use semantics::bound;

use crate::error::{Error, Result};
use crate::expressions::Wanted;
use crate::operators::Lowering;
use crate::types::arrow_type;

/// A compiled expression.
pub(crate) struct Formula {
    physical: Arc<dyn PhysicalExpr>,
    /// The columns that it reads, in the order of `schema`.
    columns: Vec<usize>,
    schema: SchemaRef,
    returns: DataType,
}

impl Lowering<'_> {
    /// Compiles an expression over columns of these types.
    pub(crate) fn formula(
        &self,
        state: &SessionState,
        expr: &bound::Expr,
        types: &[Type],
        wanted: Wanted,
    ) -> Result<Formula> {
        let name = |at: usize| format!("$c{at}");
        let scope: Vec<Expr> = (0..types.len()).map(|at| Expr::Column(Column::new_unqualified(name(at)))).collect();
        let lowered = match wanted {
            Wanted::Value => self.value(expr, &scope)?,
            Wanted::Truth => self.truth(expr, &scope)?,
        };
        let read = lowered.column_refs();
        let columns: Vec<usize> =
            (0..types.len()).filter(|at| read.contains(&Column::new_unqualified(name(*at)))).collect();
        let fields = columns.iter().filter_map(|at| Some((at, types.get(*at)?)));
        let fields: Vec<Field> = fields.map(|(at, ty)| Field::new(name(*at), arrow_type(*ty), true)).collect();
        let schema = Arc::new(ArrowSchema::new(fields));
        let physical = state.create_physical_expr(lowered, &DFSchema::try_from(Arc::clone(&schema))?)?;
        Ok(Formula { physical, columns, schema, returns: arrow_type(expr.ty) })
    }
}

impl Formula {
    /// Does it read no column from that place on?
    pub(crate) fn reads_below(&self, width: usize) -> bool {
        self.columns.iter().all(|at| *at < width)
    }

    /// The values for all rows of these columns.
    pub(crate) fn over(&self, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        self.evaluate(|at| columns.get(at).cloned(), rows)
    }

    /// For which rows is it true?
    pub(crate) fn truth_over(&self, columns: &[ArrayRef], rows: usize) -> Result<BooleanArray> {
        let values = self.over(columns, rows)?;
        values
            .as_any()
            .downcast_ref::<BooleanArray>()
            .cloned()
            .ok_or_else(|| Error::Bug("a condition is not a bool".into()))
    }

    /// The value for one row, whose cells are arrays of one.
    pub(crate) fn at(&self, cell: impl Fn(usize) -> Option<ArrayRef>) -> Result<ScalarValue> {
        Ok(ScalarValue::try_from_array(&self.evaluate(cell, 1)?, 0)?)
    }

    fn evaluate(&self, column: impl Fn(usize) -> Option<ArrayRef>, rows: usize) -> Result<ArrayRef> {
        let missing = || Error::Bug("an expression reads a column that is not there".into());
        let arrays = self.columns.iter().map(|at| column(*at).ok_or_else(missing)).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| Error::Bug(error.to_string()))?;
        let values = self.physical.evaluate(&batch)?.into_array(rows)?;
        match values.data_type() == &self.returns {
            true => Ok(values),
            false => cast(&values, &self.returns).map_err(|error| Error::Bug(error.to_string())),
        }
    }
}
