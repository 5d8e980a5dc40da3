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

/// The terms of a text, in their order.
pub(crate) fn terms(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|term| !term.is_empty())
}

/// The terms that a text must have in which `needle` stands: those of the needle, but not one at an end where a border is not sure, because there
/// it may be part of a longer term.
pub(crate) fn whole_terms(needle: &str, is_border_before: bool, is_border_after: bool) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric();
    let from_border = if is_border_before { needle } else { needle.trim_start_matches(is_part) };
    terms(if is_border_after { from_border } else { from_border.trim_end_matches(is_part) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_at_an_open_end_may_be_part_of_a_longer_one() {
        let whole = |needle, before, after| whole_terms(needle, before, after).collect::<Vec<_>>();
        assert_eq!(whole("evil.example-é_x", true, true), ["evil", "example", "é", "x"]);
        assert_eq!(whole("evil.example.com", false, true), ["example", "com"]);
        assert_eq!(whole("evil.example.com", true, false), ["evil", "example"]);
        assert_eq!(whole("evil.example.com", false, false), ["example"]);
        assert_eq!(whole(".evil.", false, false), ["evil"]);
        assert_eq!(whole("evil", true, false), Vec::<&str>::new());
        assert_eq!(whole("evil", true, true), ["evil"]);
        assert_eq!(whole("-", true, true), Vec::<&str>::new());
        assert_eq!(whole("", true, true), Vec::<&str>::new());
    }
}
