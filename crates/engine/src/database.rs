//! What the engine asks of whoever holds the tables.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use semantics::plugin::PluginInfo;
use semantics::signature::{FunctionInfo, FunctionKind};
use semantics::{Catalog, TableSchema};

use crate::functions;

/// The tables of a query: their schemas for the binder, their rows for DataFusion.
pub trait Database: Send + Sync {
    /// The schema of the table of that exact name.
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>>;

    /// Every table's name, sorted.
    fn table_names(&self) -> Vec<String>;

    /// The rows of a table; `None` when it has none. Columns are found by name; one that is missing is empty, and any Arrow type that
    /// can stand for the KQL type will do (timestamps, dictionaries, narrow integers, lists for dynamic …).
    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>>;

    /// A function written in KQL: the text of a lambda.
    fn stored_function(&self, _name: &str) -> Option<Arc<str>> {
        None
    }
}

/// A database without tables: `datatable`, `print` and `range` still work.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTables;

impl Database for NoTables {
    fn schema(&self, _: &str) -> Option<Arc<TableSchema>> {
        None
    }

    fn table_names(&self) -> Vec<String> {
        vec![]
    }

    fn provider(&self, _: &str) -> Option<Arc<dyn TableProvider>> {
        None
    }
}

/// The binder's catalog: the tables of a database and the functions of the engine.
pub(crate) struct EngineCatalog<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) has_compat_columns: bool,
}

impl Catalog for EngineCatalog<'_> {
    fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        self.database.schema(name)
    }

    fn table_names(&self) -> Vec<String> {
        self.database.table_names()
    }

    fn function(&self, name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo> {
        functions::function_info(name, kind)
    }

    fn function_names(&self, kind: FunctionKind) -> Vec<&'static str> {
        functions::function_names(kind)
    }

    fn plugin(&self, name: &str) -> Option<&'static PluginInfo> {
        functions::plugin_info(name)
    }

    fn plugin_names(&self) -> Vec<&'static str> {
        functions::plugin_names()
    }

    fn stored_function(&self, name: &str) -> Option<Arc<str>> {
        self.database.stored_function(name)
    }

    fn has_compat_columns(&self) -> bool {
        self.has_compat_columns
    }
}
