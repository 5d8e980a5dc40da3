//! Terms: the words that `has` and its relatives see.
//!
//! A term is a longest run of letters and digits; everything else, `_` too, separates. A needle that begins (or ends) with a separator
//! needs no border there.
//! Source: learn.microsoft.com/kusto/query/datatypes-string-operators, "What is a term".

/// Which ends of a needle must fall on a border of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Borders {
    before: bool,
    after: bool,
}

impl Borders {
    /// The borders that `needle` needs, of those that are wanted.
    pub(super) fn of(needle: &str, before: bool, after: bool) -> Self {
        Self {
            before: before && needle.chars().next().is_some_and(char::is_alphanumeric),
            after: after && needle.chars().next_back().is_some_and(char::is_alphanumeric),
        }
    }

    /// Do they hold for an occurrence at `start..end`?
    pub(super) fn hold(self, text: &str, start: usize, end: usize) -> bool {
        let is_inside_term = self.before && ends_in_term(text, start) || self.after && begins_in_term(text, end);
        !is_inside_term
    }
}

/// Is the character before `at` part of a term?
fn ends_in_term(text: &str, at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| text.as_bytes().get(before)) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text.get(..at).and_then(|begin| begin.chars().next_back()).is_some_and(char::is_alphanumeric),
    }
}

/// Is the character at `at` part of a term?
fn begins_in_term(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric),
    }
}
