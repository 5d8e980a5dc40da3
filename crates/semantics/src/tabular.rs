//! A tabular expression while it is being bound: its bound form, and what later operators must know of it but the engine need not.

use std::rc::Rc;

use syntax::Span;

use crate::binder::Extent;
use crate::bound::{Expr, ExprKind, Table, TableKind};
use crate::schema::{Column, Schema};
use crate::types::Type;

/// A tabular expression.
#[derive(Debug, Clone)]
pub(crate) struct Tabular {
    /// What the engine will see.
    pub(crate) table: Table,
    /// Names that stand for columns and show nowhere.
    pub(crate) compat: Vec<Compat>,
    /// Columns whose expression was wrong; that was said, so their uses are silent.
    pub(crate) faulty: Vec<String>,
    /// Something before it was wrong: it may have any column.
    pub(crate) is_open: bool,
    /// Is there an order that `prev` and its relatives may use?
    pub(crate) is_serialized: bool,
    /// How much it is.
    pub(crate) extent: Extent,
    /// Is it a graph? Then it is open, as no table operator can follow.
    pub(crate) graph: Option<Rc<Graph>>,
}

/// A graph in flight.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    /// An edge a row; the last columns are the ids of its ends, under hidden names.
    pub(crate) edges: Tabular,
    /// Which columns say at which node an edge begins: the id, then the partition where there is one.
    pub(crate) source: Vec<usize>,
    /// Which columns say at which node it ends.
    pub(crate) target: Vec<usize>,
    /// A node a row: its id and partition under hidden names, then its properties.
    pub(crate) nodes: Tabular,
}

/// A compat column in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compat {
    /// The name that queries use.
    pub(crate) name: String,
    /// The column of the schema that it stands for.
    pub(crate) column: usize,
    /// That column's name in its table.
    pub(crate) stands_for: Rc<str>,
    /// The table that lacks the name; none when a union has divided it by type.
    pub(crate) table: Option<Rc<str>>,
}

impl Tabular {
    /// A table without compat columns.
    pub(crate) fn new(kind: TableKind, schema: Schema, span: Span) -> Self {
        Self {
            table: Table { kind, schema, span },
            compat: vec![],
            faulty: vec![],
            is_open: false,
            is_serialized: false,
            extent: Extent { nodes: 1, operators: 1 },
            graph: None,
        }
    }

    /// What stands for a table that could not be bound.
    pub(crate) fn open(span: Span) -> Self {
        Self { is_open: true, ..Self::new(TableKind::OneRow, vec![], span) }
    }

    /// Its columns.
    pub(crate) fn schema(&self) -> &Schema {
        &self.table.schema
    }

    /// Where is the column of that name?
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.table.schema.iter().position(|column| column.name == name)
    }

    /// A column as an expression over this table.
    pub(crate) fn column_expr(&self, column: usize, span: Span) -> Expr {
        let ty = self.table.schema.get(column).map_or(Type::Dynamic, |column| column.ty);
        Expr { kind: ExprKind::Column(column), ty, span }
    }

    /// Every column as an expression over this table.
    pub(crate) fn all_columns(&self, span: Span) -> Vec<Expr> {
        (0..self.table.schema.len()).map(|column| self.column_expr(column, span)).collect()
    }

    /// The same columns, made by an operator that only keeps, drops or orders rows.
    pub(crate) fn same_columns(self, span: Span, kind: impl FnOnce(Box<Table>) -> TableKind) -> Self {
        let schema = self.table.schema.clone();
        Self { table: Table { kind: kind(Box::new(self.table)), schema, span }, ..self }
    }

    /// Other columns: `columns[i]` makes `schema[i]`. Compat names follow the columns that go through unchanged.
    pub(crate) fn project(self, columns: Vec<Expr>, schema: Schema, span: Span) -> Self {
        let moved = |old: usize| columns.iter().position(|expr| expr.kind == ExprKind::Column(old));
        let compat = carry(&self.compat, moved);
        // A fault without a column of its own (`extend x = wrong`) is dropped by nothing that names columns.
        let stays = |name: &str| has_column(&schema, name) || !has_column(&self.table.schema, name);
        let faulty = self.faulty.iter().filter(|name| stays(name)).cloned().collect();
        Self {
            compat,
            faulty,
            is_open: self.is_open,
            is_serialized: self.is_serialized,
            ..Self::new(TableKind::Project { input: Box::new(self.table), columns }, schema, span)
        }
    }
}

/// Compat names whose column is at a new place; the others are gone.
pub(crate) fn carry(compat: &[Compat], moved: impl Fn(usize) -> Option<usize>) -> Vec<Compat> {
    compat.iter().filter_map(|entry| Some(Compat { column: moved(entry.column)?, ..entry.clone() })).collect()
}

/// Is there a column of that name?
pub(crate) fn has_column(schema: &[Column], name: &str) -> bool {
    schema.iter().any(|column| column.name == name)
}
