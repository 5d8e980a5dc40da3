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
pub mod external;
mod kusto_functions;
mod literal;
mod names;
pub mod number;
mod operators;
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

use bound::Bound;

pub use catalog::{Catalog, StoredFunction};
pub use decimal::Decimal;
pub use schema::{Column, CompatColumn, Schema, TableSchema};
pub use types::Type;
pub use value::Value;

/// Binds a query. With an error there is no bound query; warnings leave it.
pub fn bind(query: &Query, catalog: &dyn Catalog) -> (Option<Bound>, Vec<Diagnostic>) {
    binder::bind(query, catalog)
}
