//! A value of a rule, compared with text.
//!
//! In: a column of text, a value with its wildcards, and where in the text it must stand. Out: a condition. Sigma compares without regard to case
//! unless told otherwise; a `*` is any text, a `?` one character, and a newline is a character like others.

use rsigma_parser::{SigmaString, SpecialChar, StringPart};

use super::kql::{Kql, literal, literals};

/// Where a value must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// It is the whole text.
    Whole,
    /// Anywhere.
    Inside,
    /// At the start.
    Start,
    /// At the end.
    End,
}

/// Tests between `or`s: beyond it Kusto finds a query too deep, and one regular expression says the same.
const TESTS_MAX: usize = 100;

/// Values of which one must stand in a column.
pub(super) fn any_of(column: &str, values: &[SigmaString], position: Position, is_cased: bool) -> Kql {
    if values.len() > TESTS_MAX && !is_cased {
        let parts: Vec<String> = values.iter().map(|value| pattern(value, position)).collect();
        return Kql::Test(format!("{column} matches regex {}", literal(&format!("(?is){}", parts.join("|")))));
    }
    let mut whole = vec![];
    let mut tests = vec![];
    for value in values {
        match Simple::of(value, position) {
            Some(Simple { text, position: Position::Whole }) if !text.is_empty() => whole.push(text),
            Some(simple) => tests.push(simple.test(column, is_cased)),
            None => tests.push(by_pattern(column, value, position, is_cased)),
        }
    }
    match whole.as_slice() {
        [] => {}
        [one] => {
            tests.insert(0, Kql::Test(format!("{column} {} {}", if is_cased { "==" } else { "=~" }, literal(one))))
        }
        _ => {
            tests.insert(0, Kql::Test(format!("{column} {} {}", if is_cased { "in" } else { "in~" }, literals(&whole))))
        }
    }
    Kql::any(tests)
}

/// A value whose wildcards stand at its ends only.
struct Simple {
    text: String,
    position: Position,
}

impl Simple {
    fn of(value: &SigmaString, position: Position) -> Option<Self> {
        let is_any = |part: &StringPart| matches!(part, StringPart::Special(SpecialChar::WildcardMulti));
        let mut parts = value.parts.as_slice();
        let (mut opens, mut closes) = (position.is_open_before(), position.is_open_behind());
        while let [first, rest @ ..] = parts
            && is_any(first)
        {
            (parts, opens) = (rest, true);
        }
        while let [rest @ .., last] = parts
            && is_any(last)
        {
            (parts, closes) = (rest, true);
        }
        let mut text = String::new();
        for part in parts {
            match part {
                StringPart::Plain(plain) => text.push_str(plain),
                StringPart::Special(_) => return None,
            }
        }
        let position = match (opens, closes) {
            (false, false) => Position::Whole,
            (true, true) => Position::Inside,
            (false, true) => Position::Start,
            (true, false) => Position::End,
        };
        Some(Self { text, position })
    }

    fn test(&self, column: &str, is_cased: bool) -> Kql {
        if self.text.is_empty() {
            // `*` wants a text, as `exists` does; an empty value wants none.
            let is_wanted = self.position != Position::Whole;
            return Kql::Test(format!("{}({column})", if is_wanted { "isnotempty" } else { "isempty" }));
        }
        let operator = self.position.operator(is_cased);
        Kql::Test(format!("{column} {operator} {}", literal(&self.text)))
    }
}

impl Position {
    /// The operator that compares a text of that place.
    pub(super) fn operator(self, is_cased: bool) -> &'static str {
        match (self, is_cased) {
            (Self::Whole, false) => "=~",
            (Self::Whole, true) => "==",
            (Self::Inside, false) => "contains",
            (Self::Inside, true) => "contains_cs",
            (Self::Start, false) => "startswith",
            (Self::Start, true) => "startswith_cs",
            (Self::End, false) => "endswith",
            (Self::End, true) => "endswith_cs",
        }
    }

    fn is_open_before(self) -> bool {
        matches!(self, Self::Inside | Self::End)
    }

    fn is_open_behind(self) -> bool {
        matches!(self, Self::Inside | Self::Start)
    }
}

fn by_pattern(column: &str, value: &SigmaString, position: Position, is_cased: bool) -> Kql {
    let flags = if is_cased { "(?s)" } else { "(?is)" };
    Kql::Test(format!("{column} matches regex {}", literal(&format!("{flags}{}", pattern(value, position)))))
}

/// The value as a regular expression.
pub(super) fn pattern(value: &SigmaString, position: Position) -> String {
    let mut pattern = String::from(if position.is_open_before() { "" } else { "^" });
    for part in &value.parts {
        match part {
            StringPart::Plain(plain) => pattern.push_str(&regex::escape(plain)),
            StringPart::Special(SpecialChar::WildcardMulti) => pattern.push_str(".*"),
            StringPart::Special(SpecialChar::WildcardSingle) => pattern.push('.'),
        }
    }
    if !position.is_open_behind() {
        pattern.push('$');
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(values: &[&str], position: Position, is_cased: bool) -> String {
        let values: Vec<SigmaString> = values.iter().map(|value| SigmaString::new(value)).collect();
        any_of("c", &values, position, is_cased).text()
    }

    /// The specification of Sigma, "String Wildcard" and "Escaping": a backslash before `*`, `?` or itself takes their meaning away.
    #[test]
    fn wildcards_at_the_ends_are_operators() {
        assert_eq!(test(&["a"], Position::Whole, false), r#"c =~ "a""#);
        assert_eq!(test(&["a", "b"], Position::Whole, false), r#"c in~ ("a", "b")"#);
        assert_eq!(test(&["a", "b"], Position::Whole, true), r#"c in ("a", "b")"#);
        assert_eq!(
            test(&["*a*", "b*", "*c"], Position::Whole, false),
            r#"c contains "a" or c startswith "b" or c endswith "c""#
        );
        assert_eq!(test(&["a*"], Position::End, false), r#"c contains "a""#);
        assert_eq!(test(&[r"\*a"], Position::Whole, false), r#"c =~ "*a""#);
        assert_eq!(test(&["a"], Position::Start, true), r#"c startswith_cs "a""#);
        assert_eq!(test(&[""], Position::Whole, false), "isempty(c)");
        assert_eq!(test(&["*"], Position::Whole, false), "isnotempty(c)");
    }

    #[test]
    fn many_values_are_one_expression() {
        let many: Vec<SigmaString> = (0..101).map(|number| SigmaString::new(&format!("a.{number}*"))).collect();
        let text = any_of("c", &many, Position::Whole, false).text();
        assert!(text.starts_with(r#"c matches regex @"(?is)^a\.0.*$|^a\.1.*$|"#), "{text}");
    }

    #[test]
    fn wildcards_inside_are_a_regular_expression() {
        assert_eq!(test(&["a*b.c"], Position::Whole, false), r#"c matches regex @"(?is)^a.*b\.c$""#);
        assert_eq!(test(&["a?"], Position::Inside, true), r#"c matches regex "(?s)a.""#);
    }
}
