//! Tree → bound query: types and names.
//!
//! In: a [`syntax::ast::Query`] and a [`catalog::Catalog`]. Out: a [`bound::Bound`] and diagnostics, both at once, because half a query is
//! still worth completing. Knows nothing of Arrow, files, networks or clocks.

mod binder;
pub mod bound;
pub mod catalog;
pub mod codes;
mod convert;
pub mod decimal;
pub mod editor;
pub mod external;
mod kusto_functions;
pub mod lints;
mod literal;
mod names;
pub mod number;
mod operators;
pub mod plugin;
mod reach;
pub mod schema;
mod scope;
pub mod signature;
mod tabular;
pub mod time;
pub mod types;
pub mod value;
mod wide;

use syntax::Diagnostic;
use syntax::ast::Query;

use bound::{Bound, Table};

pub use binder::nearest_names;
pub use catalog::{Catalog, StoredFunction};
pub use decimal::Decimal;
pub use schema::{Column, CompatColumn, Schema, TableSchema};
pub use types::Type;
pub use value::Value;

/// Binds a query without its data. With an error there is no bound query; warnings leave it. Plugins whose columns follow from the data
/// (`bag_unpack`, `pivot`) have those that are known anyway and those that are used; such a query is not one to be run.
pub fn bind(query: &Query, catalog: &dyn Catalog) -> (Option<Bound>, Vec<Diagnostic>) {
    match binder::bind(query, catalog, None) {
        Step::Done(bound, diagnostics) => (bound, diagnostics),
        Step::Asks(_) => (None, vec![]),
    }
}

/// Binds a query that will be run. `answers` are the columns that the plugins asked about so far have made, in the order of the questions.
pub fn bind_with(query: &Query, catalog: &dyn Catalog, answers: &[Schema]) -> Step {
    binder::bind(query, catalog, Some(answers))
}

/// How far a query was bound.
#[derive(Debug)]
pub enum Step {
    /// To the end. With an error there is no bound query; warnings leave it.
    Done(Option<Bound>, Vec<Diagnostic>),
    /// Up to a plugin whose columns follow from the data: run it, and bind again with its columns as one more answer.
    Asks(Box<Question>),
}

/// A plugin that must be run before the query is bound further.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Tables that are evaluated once; those that the plugin does not need are empty.
    pub shared: Vec<Table>,
    /// The plugin.
    pub table: Table,
}
