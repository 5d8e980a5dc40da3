//! What is legal KQL and probably not what its author means.
//!
//! In: the text of a query, its tree and, where it binds, the bound query. Out: warnings and notes, each with a code that `content/lints` explains.
//! A lint is a file: its place in the table, and a pure function. It knows no rows and no files, and a query that half binds is looked at by its names.
//! What a comment allows is not taken away here.

mod address_and_name;
mod address_prefix;
mod array_as_text;
mod blank_at_edge;
mod case_sensitive;
mod codes;
mod columns;
mod comparison;
mod contains_term;
mod count_positive;
mod datetime_diff;
mod detection_columns;
mod domain;
mod doubled_backslash;
mod empty_passes;
mod empty_range;
mod facts;
mod folded_case;
mod hash_form;
mod integer_division;
mod interval_count;
mod intervals;
mod ipv4_null;
mod join_without_kind;
mod known_includes_now;
mod late_time_filter;
mod legacy_limit;
mod limited_set;
mod linted;
mod lookalike_domain;
mod mean_interval;
mod mixed_and_or;
mod negations_with_or;
mod no_time_filter;
mod null_text;
mod other_groups;
mod path_as_name;
mod plain_regex;
mod regex_dot;
mod repeated_value;
mod sort_discarded;
mod stages;
mod take_before;
mod time_filter;
mod tree;
mod two_times;
mod unknown_value;
mod unused_let;
pub(crate) mod vocabulary;
mod where_assigns;
mod wildcard;
mod window_too_short;

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
    /// When it is looked for.
    pub occasion: Occasion,
    /// Looks.
    pub check: fn(&Linted<'_>, &mut Vec<Diagnostic>),
}

/// When a lint is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// In every query.
    Always,
    /// In a query that stands alone. A scheduled rule brings what it asks for: its period bounds the time.
    Alone,
    /// Where somebody asks for it by its code or name: it holds for one use of a query only.
    OnRequest,
}

/// Every lint, by its code.
pub static LINTS: &[Lint] = &[
    lookalike_domain::LINT,
    address_and_name::LINT,
    mean_interval::LINT,
    interval_count::LINT,
    datetime_diff::LINT,
    window_too_short::LINT,
    join_without_kind::LINT,
    limited_set::LINT,
    two_times::LINT,
    no_time_filter::LINT,
    late_time_filter::LINT,
    case_sensitive::LINT,
    sort_discarded::LINT,
    unknown_value::LINT,
    plain_regex::LINT,
    contains_term::LINT,
    unused_let::LINT,
    null_text::LINT,
    folded_case::LINT,
    count_positive::LINT,
    negations_with_or::LINT,
    empty_passes::LINT,
    detection_columns::LINT,
    where_assigns::LINT,
    wildcard::LINT,
    doubled_backslash::LINT,
    path_as_name::LINT,
    hash_form::LINT,
    address_prefix::LINT,
    repeated_value::LINT,
    mixed_and_or::LINT,
    empty_range::LINT,
    take_before::LINT,
    regex_dot::LINT,
    blank_at_edge::LINT,
    integer_division::LINT,
    legacy_limit::LINT,
    ipv4_null::LINT,
    other_groups::LINT,
    array_as_text::LINT,
    known_includes_now::LINT,
];

/// What the lints find in a query that stands alone, by its place in the text; nothing that must be asked for.
pub fn lint(linted: &Linted<'_>) -> Vec<Diagnostic> {
    lint_with(linted, |lint| lint.occasion != Occasion::OnRequest)
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
