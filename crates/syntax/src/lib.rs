//! KQL text → tree.
//!
//! In: any text. Out: a [`ast::Query`] with the place of every part, the tokens (every byte belongs to one), and what was wrong.
//! Never fails, never panics; depth and steps have limits. Knows no table, no type, no file; depends on nothing but std.

pub mod ast;
pub mod diagnostic;
pub mod span;

pub use diagnostic::{Diagnostic, Severity};
pub use span::{Position, Span, position};
