//! What the binder asks of the world: tables and functions by name.

use std::sync::Arc;

use crate::plugin::PluginInfo;
use crate::schema::TableSchema;
use crate::signature::{FunctionInfo, FunctionKind};

/// A function written in KQL, as whoever keeps it has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFunction {
    /// What would stand after `let name =`: parameters and body, or the name of another stored function. Comments may go before.
    pub text: Arc<str>,
    /// Where the text is, for messages: `functions/_Im_Dns.kql`.
    pub file: Arc<str>,
}

/// The tables and functions that a query may name. The engine supplies functions, the lake tables.
pub trait Catalog: Send + Sync {
    /// The table of that exact name.
    fn table(&self, name: &str) -> Option<Arc<TableSchema>>;

    /// Every table's name, sorted: for wildcards and for "did you mean".
    fn table_names(&self) -> Vec<String>;

    /// The function of that exact name and kind.
    fn function(&self, name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo>;

    /// Every function's name of a kind, sorted.
    fn function_names(&self, kind: FunctionKind) -> Vec<&'static str>;

    /// A function written in KQL (an ASIM parser, say), of that exact name.
    fn stored_function(&self, name: &str) -> Option<StoredFunction>;

    /// Every stored function's name, sorted: for "did you mean".
    fn stored_function_names(&self) -> Vec<String> {
        vec![]
    }

    /// The value given for a query parameter (`declare query_parameters`), as text.
    fn query_parameter(&self, _name: &str) -> Option<&str> {
        None
    }

    /// The watchlist of that alias as a table, which a scan finds by the schema's name.
    fn watchlist(&self, _alias: &str) -> Option<Arc<TableSchema>> {
        None
    }

    /// The aliases of all watchlists, sorted.
    fn watchlist_aliases(&self) -> Vec<String> {
        vec![]
    }

    /// Does anybody know files by their hashes (`FileProfile()`)?
    fn has_file_profiles(&self) -> bool {
        false
    }

    /// Does whoever stores that table know when each row came in?
    fn has_ingestion_time(&self, _name: &str) -> bool {
        false
    }

    /// Is it known that the table of that name has no rows? Then a union of very many tables need not look into it.
    fn is_empty(&self, _name: &str) -> bool {
        false
    }
    /// The plugin of that exact name.
    fn plugin(&self, _name: &str) -> Option<&'static PluginInfo> {
        None
    }

    /// Every plugin's name, sorted.
    fn plugin_names(&self) -> Vec<&'static str> {
        vec![]
    }

    /// Do the names that published queries use and Microsoft's tables lack resolve? `--strict-schema` says no.
    fn has_compat_columns(&self) -> bool {
        true
    }
}
