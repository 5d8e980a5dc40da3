//! What is legal KQL and probably not what its author means.
//!
//! In: the text of a query, its tree and, where it binds, the bound query. Out: warnings and notes, each with a code that `content/lints` explains.
//! A lint is a file: its place in the table, and a pure function. It knows no rows and no files, and a query that half binds is looked at by its names.
//! What a comment allows is not taken away here.

mod codes;
mod facts;
mod join_without_kind;
mod linted;
mod tree;

use syntax::{Diagnostic, Severity, Span};

pub use linted::Linted;

/// A thing to look for.
pub struct Lint {
    /// `VD4001`: the name of its page.
    pub code: &'static str,
    /// What it is called: `join-without-kind`.
    pub name: &'static str,
    /// What it finds, in a sentence.
    pub summary: &'static str,
    /// Is it looked for only where somebody asks? It holds in one product or place only.
    pub is_on_request: bool,
    /// Looks.
    pub check: fn(&Linted<'_>, &mut Vec<Diagnostic>),
}

/// Every lint, by its code.
pub static LINTS: &[Lint] = &[join_without_kind::LINT];

/// What the lints find that are always looked for, by its place in the text.
pub fn lint(linted: &Linted<'_>) -> Vec<Diagnostic> {
    lint_with(linted, |lint| !lint.is_on_request)
}

/// What the chosen lints find, by its place in the text.
pub fn lint_with(linted: &Linted<'_>, is_wanted: impl Fn(&Lint) -> bool) -> Vec<Diagnostic> {
    let mut found = vec![];
    for lint in LINTS.iter().filter(|lint| is_wanted(lint)) {
        (lint.check)(linted, &mut found);
    }
    found.sort_by(|left, right| (left.span.start, left.code).cmp(&(right.span.start, right.code)));
    found.dedup();
    found
}

/// The lint of that code or name.
pub fn find(word: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code == word || lint.name == word)
}

/// A note at a place: worth knowing, and no mistake.
fn note(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic { severity: Severity::Note, ..Diagnostic::warning(code, span, message) }
}
