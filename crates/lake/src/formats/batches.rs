//! Rows of columns that are told beforehand → batches of them.
//!
//! In: cells, pushed into the columns of a row by whoever knows where they belong. Out: batches of a bounded number of rows.

use arrow::record_batch::RecordBatch;
use semantics::Column as Named;

use super::cell::Column;
use crate::record::{BATCH_ROWS_MAX, raw_schema};

/// Batches under construction.
pub(super) struct Batches<'c> {
    told: &'c [Named],
    open: Vec<Column>,
    row_count: usize,
    full: Vec<RecordBatch>,
}

impl<'c> Batches<'c> {
    /// No rows of these columns.
    pub(super) fn new(told: &'c [Named]) -> Self {
        Self { told, open: open_columns(told), row_count: 0, full: vec![] }
    }

    /// What is told of each column, and the column that the next row's cell goes to.
    pub(super) fn columns(&mut self) -> impl Iterator<Item = (&'c Named, &mut Column)> {
        self.told.iter().zip(&mut self.open)
    }

    /// The column at a place; `None` when the row that is being filled has a cell of it already, or when there is no such column.
    pub(super) fn unfilled(&mut self, at: usize) -> Option<&mut Column> {
        self.open.get_mut(at).filter(|column| column.row_count() == self.row_count)
    }

    /// Ends a row: columns that no cell was pushed into are absent.
    pub(super) fn row_ended(&mut self) {
        self.row_count += 1;
        for column in &mut self.open {
            if column.row_count() < self.row_count {
                column.push_absent();
            }
        }
        if self.row_count == BATCH_ROWS_MAX {
            self.close();
        }
    }

    /// The batches of all rows; none when there are no columns.
    pub(super) fn finish(mut self) -> Vec<RecordBatch> {
        if self.row_count > 0 && !self.told.is_empty() {
            self.close();
        }
        self.full
    }

    fn close(&mut self) {
        let names: Vec<_> = self.told.iter().map(|column| (column.name.as_str(), column.ty)).collect();
        let open = std::mem::replace(&mut self.open, open_columns(self.told));
        let arrays = open.into_iter().map(Column::finish).collect();
        let batch =
            RecordBatch::try_new(raw_schema(&names), arrays).expect("every column has one value per row, in its type");
        self.full.push(batch);
        self.row_count = 0;
    }
}

fn open_columns(told: &[Named]) -> Vec<Column> {
    told.iter().map(|column| Column::new(column.ty, 0)).collect()
}
