//! The rows of a rule's query as values: what alerts are made of.
//!
//! An alert is made for a person, so there are thousands at most: rows, not columns, are the shape to work on.

use semantics::{Schema, Value};

/// Columns and rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Schema,
    /// The rows, each with a value per column.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// The place of the column of that exact name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The value of a column in a row; `None` when there is no such column or row.
    pub fn value(&self, row: usize, name: &str) -> Option<&Value> {
        self.rows.get(row)?.get(self.column(name)?)
    }
}
