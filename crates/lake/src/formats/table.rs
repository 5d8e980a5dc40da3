//! Rows that are a table's own: keys to columns, values to their types.
//!
//! In: rows of keys and cells, and the table's schema. Out: the columns that had a value, in the schema's order. A key without a column is
//! dropped and noted; a compat name fills the column that it stands for, unless that has a value of its own.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema, SchemaRef};
use hashbrown::HashMap;
use semantics::{TableSchema, Type};

use super::account::Account;
use super::cell::{Cell, Column};
use super::guess::{ROUTING_KEYS, column_of};
use super::shape::Shape;
use crate::record::arrow_type;

/// Rows of one table under construction.
pub(super) struct TableRows {
    table: Arc<TableSchema>,
    /// Column positions of every name that fills one.
    targets: HashMap<String, Target>,
    columns: Vec<Option<Column>>,
    row_count: usize,
    byte_count: usize,
}

/// Where the value under a key goes.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// Into a column.
    Column(usize),
    /// Into a column that has no value under its own name.
    Compat(usize),
}

impl TableRows {
    /// No rows of that table yet.
    pub(super) fn new(table: Arc<TableSchema>) -> Self {
        let position = |name: &str| table.columns.iter().position(|column| column.name == name);
        let compat = table.compat.iter();
        let mut targets: HashMap<String, Target> = compat
            .filter_map(|compat| Some((compat.name.clone(), Target::Compat(position(&compat.column)?))))
            .collect();
        targets
            .extend(table.columns.iter().enumerate().map(|(idx, column)| (column.name.clone(), Target::Column(idx))));
        let columns = table.columns.iter().map(|_| None).collect();
        Self { table, targets, columns, row_count: 0, byte_count: 0 }
    }

    /// Rows so far.
    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    /// Bytes of text so far, nearly.
    pub(super) fn byte_count(&self) -> usize {
        self.byte_count
    }

    /// Adds a row.
    pub(super) fn push<'c>(&mut self, cells: impl Iterator<Item = (&'c str, Cell<'c>)>, account: &mut Account) {
        let cells = cells.map(|(key, cell)| (key, None, cell));
        self.push_to(cells, account);
    }

    /// Adds a row of a shape: where each cell goes is known.
    pub(super) fn push_shaped<'c>(
        &mut self,
        shape: &'c Shape,
        cells: impl Iterator<Item = Cell<'c>>,
        account: &mut Account,
    ) {
        let targets = shape.targets.iter().map(|target| Some(*target));
        self.push_to(shape.keys().zip(targets).zip(cells).map(|((key, target), cell)| (key, target, cell)), account);
    }

    fn push_to<'c>(
        &mut self,
        cells: impl Iterator<Item = (&'c str, Option<Option<Target>>, Cell<'c>)>,
        account: &mut Account,
    ) {
        let mut stand_ins = Vec::new();
        for (key, target, cell) in cells {
            match target.unwrap_or_else(|| self.target(key)) {
                None if cell.is_empty() || ROUTING_KEYS.contains(&key) => {}
                None => account.unknown_column(&self.table.name, key),
                Some(_) if cell.is_empty() => {}
                Some(Target::Column(idx)) => self.set(idx, cell, account),
                Some(Target::Compat(idx)) => stand_ins.push((idx, cell)),
            }
        }
        for (idx, cell) in stand_ins {
            self.set(idx, cell, account);
        }
        self.end_row();
    }

    /// Adds a row of cells whose columns' places are known; of two for one column the first counts.
    pub(super) fn push_at<'c>(&mut self, cells: impl Iterator<Item = (usize, Cell<'c>)>, account: &mut Account) {
        for (idx, cell) in cells {
            self.set(idx, cell, account);
        }
        self.end_row();
        // A wide table is large even where it is empty.
        self.byte_count += self.columns.iter().flatten().count() * 16;
    }

    /// Fills a time of the row that is added next.
    pub(super) fn set_ticks(&mut self, idx: usize, ticks: i64) {
        let (Some(column), Some(values)) = (self.table.columns.get(idx), self.columns.get_mut(idx)) else { return };
        values.get_or_insert_with(|| Column::new(column.ty, self.row_count)).push_ticks(Some(ticks));
    }

    /// The columns that have values; nothing is left.
    pub(super) fn finish(&mut self) -> (SchemaRef, Vec<ArrayRef>) {
        let mut fields = Vec::new();
        let mut arrays = Vec::new();
        for (column, values) in self.table.columns.iter().zip(&mut self.columns) {
            if let Some(values) = values.take() {
                fields.push(Field::new(&column.name, arrow_type(column.ty), column.ty != Type::String));
                arrays.push(values.finish());
            }
        }
        if let (true, Some(column)) = (arrays.is_empty(), self.table.columns.first()) {
            // A batch needs a column to have rows.
            fields.push(Field::new(&column.name, arrow_type(column.ty), column.ty != Type::String));
            arrays.push(Column::new(column.ty, self.row_count).finish());
        }
        self.row_count = 0;
        self.byte_count = 0;
        (Arc::new(Schema::new(fields)), arrays)
    }

    /// Columns without a cell of the row are absent in it.
    fn end_row(&mut self) {
        self.row_count += 1;
        for column in self.columns.iter_mut().flatten() {
            if column.row_count() < self.row_count {
                column.push_absent();
            }
        }
    }

    /// Where the value under a key goes; none when the table has no such column.
    pub(super) fn target(&self, key: &str) -> Option<Target> {
        self.targets.get(key).or_else(|| self.targets.get(column_of(key)?)).copied()
    }

    fn set(&mut self, idx: usize, cell: Cell<'_>, account: &mut Account) {
        let (Some(column), Some(values)) = (self.table.columns.get(idx), self.columns.get_mut(idx)) else { return };
        let values = values.get_or_insert_with(|| Column::new(column.ty, self.row_count));
        if values.row_count() > self.row_count {
            return;
        }
        self.byte_count += cell.as_str().map_or(16, str::len);
        if !values.push(cell) {
            account.misfit(&self.table.name, &column.name);
        }
    }
}
