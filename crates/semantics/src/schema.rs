//! Columns and the tables that have them.

use crate::types::Type;

/// A column: a name and a type. Names mind case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty }
    }
}

/// The columns of a tabular expression, in order; names are unique.
pub type Schema = Vec<Column>;

/// A table as the catalog describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableSchema {
    /// Its name.
    pub name: String,
    /// Its columns, in documented order.
    pub columns: Schema,
    /// Names that published queries use and that the published table lacks.
    pub compat: Vec<CompatColumn>,
}

/// A name that stands for a column of the table, hidden from `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompatColumn {
    /// The name that queries use: `AccountName`.
    pub name: String,
    /// The column that it stands for: `InitiatingProcessAccountName`.
    pub column: String,
}
