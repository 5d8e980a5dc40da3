//! Queries bound against a small catalog: the schema that comes out, or what is said.
//!
//! Where no other source is named, the expected schema or code is what Microsoft's language service for Kusto gives for the query.

mod catalog;
mod compat;
mod editor;
mod errors;
mod faults;
mod joins;
mod names;
mod operators;
mod plugins;
mod scopes;
mod services;
mod sound;
mod subqueries;
mod types;

use semantics::bound::Bound;
use syntax::Diagnostic;

use catalog::TestCatalog;

/// Parses and binds; a query with a syntax error is a mistake in the test.
pub(crate) fn bind(query: &str, is_strict: bool) -> (Option<Bound>, Vec<Diagnostic>) {
    let parsed = syntax::parse(query);
    let errors: Vec<_> = parsed.errors.iter().filter(|error| error.is_error()).collect();
    assert!(errors.is_empty(), "{query}: {errors:?}");
    let (bound, diagnostics) = semantics::bind(&parsed.query, &TestCatalog { is_strict });
    if let Some(bound) = &bound {
        sound::assert_sound(bound);
    }
    (bound, diagnostics)
}

/// The query gives columns `name:type, …` (of its last result), or says `CODE at text, …`: errors when there are some, else nothing.
/// Warnings are written `warning CODE at text`.
#[track_caller]
pub(crate) fn check(query: &str, expect: &str) {
    assert_eq!(outcome(query, false), expect, "\n{query}");
}

pub(crate) fn outcome(query: &str, is_strict: bool) -> String {
    let (bound, diagnostics) = bind(query, is_strict);
    assert_eq!(
        bound.is_none(),
        diagnostics.iter().any(Diagnostic::is_error),
        "no bound query exactly when there is an error"
    );
    let mut shown: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let severity = if diagnostic.is_error() { "" } else { "warning " };
            format!("{severity}{} at {}", diagnostic.code, diagnostic.span.text(query))
        })
        .collect();
    if let Some(table) = bound.as_ref().and_then(|bound| bound.results.last()) {
        let columns: Vec<String> = table.schema.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        shown.push(columns.join(", "));
    }
    shown.join("; ")
}
