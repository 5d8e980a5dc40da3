//! What the binder asks of the world: tables and functions by name.

use std::sync::Arc;

use crate::plugin::PluginInfo;
use crate::schema::TableSchema;
use crate::signature::{FunctionInfo, FunctionKind};

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

    /// The plugin of that exact name.
    fn plugin(&self, _name: &str) -> Option<&'static PluginInfo> {
        None
    }

    /// Every plugin's name, sorted.
    fn plugin_names(&self) -> Vec<&'static str> {
        vec![]
    }

    /// A function written in KQL (an ASIM parser, say): its parameters and body as the text of a lambda.
    fn stored_function(&self, name: &str) -> Option<Arc<str>>;

    /// Do the names that published queries use and Microsoft's tables lack resolve? `--strict-schema` says no.
    fn has_compat_columns(&self) -> bool {
        true
    }
}
