//! What the engine asks of whoever holds the tables.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use semantics::plugin::PluginInfo;
use semantics::signature::{FunctionInfo, FunctionKind};
use semantics::{Catalog, StoredFunction, TableSchema};

use crate::error::{Error, Result};
use crate::external::{External, ExternalRows};
use crate::functions;
use crate::places::Places;
use crate::profiles::FileProfiles;

/// The tables of a query: their schemas for the binder, their rows for DataFusion.
#[async_trait]
pub trait Database: Send + Sync {
    /// The schema of the table of that exact name.
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>>;

    /// Every table's name, sorted.
    fn table_names(&self) -> Vec<String>;

    /// The rows of a table; `None` when it has none. Columns are found by name; one that is missing is empty, and any Arrow type that
    /// can stand for the KQL type will do (timestamps, dictionaries, narrow integers, lists for dynamic …).
    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>>;

    /// Why the rows of a table that is there cannot be read. A query that reads it fails with that, where an answer without its rows would be wrong.
    fn unreadable(&self, _table: &str) -> Option<String> {
        None
    }

    /// A function written in KQL, of that exact name.
    fn stored_function(&self, _name: &str) -> Option<StoredFunction> {
        None
    }

    /// Does each row of that table say in a column `_ingest` when it came in?
    fn has_ingestion_time(&self, _table: &str) -> bool {
        false
    }

    /// The watchlist of that alias as a table; `provider` finds its rows by the schema's name, which no query can write.
    fn watchlist(&self, _alias: &str) -> Option<Arc<TableSchema>> {
        None
    }

    /// The aliases of all watchlists, sorted.
    fn watchlist_aliases(&self) -> Vec<String> {
        vec![]
    }

    /// Who knows where addresses are; none when nobody does.
    fn places(&self) -> Option<Arc<dyn Places>> {
        None
    }

    /// Who knows files by their hashes; none when nobody does.
    fn file_profiles(&self) -> Option<Arc<dyn FileProfiles>> {
        None
    }

    /// The records of files that a query names (`externaldata`), in its own columns.
    ///
    /// # Errors
    /// [`Error::Environment`] when a source cannot or may not be read; a database that says nothing else reads none.
    async fn external(&self, _external: &External) -> Result<ExternalRows> {
        Err(Error::Environment("`externaldata` reads no files here".to_owned()))
    }

    /// Every stored function's name, sorted.
    fn stored_function_names(&self) -> Vec<String> {
        vec![]
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
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) functions: &'a BTreeMap<String, StoredFunction>,
    /// Why the first table that was looked up, and whose columns nobody knows, cannot be read: what is then wrong with names is not the query's fault.
    pub(crate) unreadable: OnceLock<String>,
}

impl Catalog for EngineCatalog<'_> {
    fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        let schema = self.database.schema(name);
        if schema.as_ref().is_none_or(|schema| schema.columns.is_empty())
            && let Some(reason) = self.database.unreadable(name)
        {
            self.unreadable.get_or_init(|| reason);
        }
        schema
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

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.functions.get(name).cloned().or_else(|| self.database.stored_function(name))
    }

    fn has_ingestion_time(&self, name: &str) -> bool {
        self.database.has_ingestion_time(name)
    }

    fn is_empty(&self, name: &str) -> bool {
        self.database.provider(name).is_none() && self.database.unreadable(name).is_none()
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        self.database.watchlist(alias)
    }

    fn watchlist_aliases(&self) -> Vec<String> {
        self.database.watchlist_aliases()
    }

    fn has_file_profiles(&self) -> bool {
        self.database.file_profiles().is_some()
    }

    fn stored_function_names(&self) -> Vec<String> {
        let mut names = self.database.stored_function_names();
        names.extend(self.functions.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    fn query_parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    fn plugin(&self, name: &str) -> Option<&'static PluginInfo> {
        functions::plugin_info(name)
    }

    fn plugin_names(&self) -> Vec<&'static str> {
        functions::plugin_names()
    }

    fn has_compat_columns(&self) -> bool {
        self.has_compat_columns
    }
}
