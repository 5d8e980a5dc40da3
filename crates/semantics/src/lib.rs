//! Tree → bound query: types and names.
//!
//! In: a [`syntax::ast::Query`] and a [`catalog::Catalog`]. Out: a [`bound::Bound`] and diagnostics, both at once, because half a query is
//! still worth completing. Knows nothing of Arrow, files, networks or clocks.

pub mod bound;
pub mod catalog;
pub mod schema;
pub mod signature;
pub mod types;
pub mod value;

pub use catalog::Catalog;
pub use schema::{Column, CompatColumn, Schema, TableSchema};
pub use types::Type;
pub use value::Value;
pub mod number;
pub mod time;
/// Stub.
pub fn bind(_: &syntax::ast::Query, _: &dyn Catalog) -> (Option<bound::Bound>, Vec<syntax::Diagnostic>) { (None, vec![]) }
