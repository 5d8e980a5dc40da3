//! Window functions over a serialized table.

use datafusion::logical_expr::LogicalPlan;
use semantics::Schema;
use semantics::bound::{Aggregate, Table};

use super::Lowering;
use crate::error::{Error, Result};

impl Lowering<'_> {
    /// `serialize` without functions keeps the rows; the functions themselves are not built, and the catalog offers none.
    pub(super) fn window(&self, input: &Table, columns: &[Aggregate], _schema: &Schema) -> Result<LogicalPlan> {
        match columns.first() {
            None => self.table(input),
            Some(call) => Err(Error::Unsupported(call.function.to_owned())),
        }
    }
}
