//! A condition as a tree, and its text in KQL.
//!
//! In: what a rule's parts say of columns. Out: one condition of a `where`. Every text from outside becomes a literal here and nowhere else, so
//! that no value of a rule can end its literal.

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kql {
    /// All hold; none at all holds always.
    All(Vec<Kql>),
    /// One holds; none at all never holds.
    Any(Vec<Kql>),
    /// It does not hold.
    Not(Box<Kql>),
    /// A comparison or a call, never null.
    Test(String),
    /// One that is null where its column is: which is as good as no, until it is negated.
    MaybeNull(String),
}

impl Kql {
    /// All of them, without a list of one.
    pub(super) fn all(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    /// Any of them, without a list of one.
    pub(super) fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            1 => parts.remove(0),
            _ => Self::Any(parts),
        }
    }

    /// Its negation.
    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The condition as text.
    pub(super) fn text(&self) -> String {
        self.text_in(false)
    }

    fn text_in(&self, is_negated: bool) -> String {
        match self {
            Self::All(parts) if parts.is_empty() => "true".to_owned(),
            Self::Any(parts) if parts.is_empty() => "false".to_owned(),
            Self::All(parts) => {
                joined(parts, " and ", is_negated, |part| matches!(part, Self::Any(parts) if !parts.is_empty()))
            }
            Self::Any(parts) => joined(parts, " or ", is_negated, |_| false),
            Self::Not(part) => format!("not({})", part.text_in(true)),
            Self::MaybeNull(text) if is_negated => format!("coalesce({text}, false)"),
            Self::Test(text) | Self::MaybeNull(text) => text.clone(),
        }
    }

    /// The parts that must all hold, to be said one after the other.
    pub(super) fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts.into_iter().flat_map(Self::conjuncts).collect(),
            other => vec![other],
        }
    }
}

fn joined(parts: &[Kql], word: &str, is_negated: bool, needs_brackets: impl Fn(&Kql) -> bool) -> String {
    let text = |part: &Kql| match needs_brackets(part) {
        true => format!("({})", part.text_in(is_negated)),
        false => part.text_in(is_negated),
    };
    parts.iter().map(text).collect::<Vec<_>>().join(word)
}

/// A text as a literal: as it stands where it has backslashes, as paths have, and with escapes otherwise.
pub(super) fn literal(text: &str) -> String {
    let is_plain = !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    if is_plain && text.contains('\\') {
        return format!("@\"{}\"", text.replace('"', "\"\""));
    }
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                literal.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Literals between commas, in brackets.
pub(super) fn literals(texts: &[String]) -> String {
    format!("({})", texts.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", "))
}

/// A step into a bag: `.name`, or `["a name"]`.
pub(super) fn member(name: &str) -> String {
    let is_plain = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && syntax::parse(&format!("T | where a.{name} == 1")).errors.is_empty();
    if is_plain { format!(".{name}") } else { format!("[{}]", literal(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(text: &str) -> Kql {
        Kql::Test(text.to_owned())
    }

    /// `or` binds weaker than `and` (Kusto's documentation of logical operators), so it needs brackets inside one.
    #[test]
    fn brackets_stand_where_they_are_needed() {
        let either = Kql::any(vec![test("a"), test("b")]);
        assert_eq!(Kql::all(vec![either.clone(), test("c")]).text(), "(a or b) and c");
        assert_eq!(Kql::any(vec![Kql::all(vec![test("a"), test("b")]), test("c")]).text(), "a and b or c");
        assert_eq!(Kql::all(vec![either.negated(), test("c")]).text(), "not(a or b) and c");
        assert_eq!((Kql::all(vec![]).text(), Kql::any(vec![]).text()), ("true".to_owned(), "false".to_owned()));
    }

    /// Kusto's documentation of null values: a comparison with null is null, which `where` takes for false, and `not` of null is null.
    #[test]
    fn null_is_no_also_when_it_is_negated() {
        let test = Kql::MaybeNull("a == 1".to_owned());
        assert_eq!(test.text(), "a == 1");
        assert_eq!(Kql::all(vec![test.clone().negated(), test]).text(), "not(coalesce(a == 1, false)) and a == 1");
    }

    /// Kusto's string literals: backslashes escape, except after `@`, where a quotation mark is doubled.
    #[test]
    fn no_value_ends_its_literal() {
        assert_eq!(literal(r"C:\a b\"), r#"@"C:\a b\""#);
        assert_eq!(literal(r#"\"x"#), r#"@"\""x""#);
        assert_eq!(literal("a\"b\n"), r#""a\"b\n""#);
        assert_eq!(literal("\\\n"), r#""\\\n""#);
        for value in ["\"", "\\", "\\\"", "a\u{0}b", "\r\n", "é€😀", "@\"", "// x", "| take 1"] {
            let parsed = syntax::parse(&format!("print {}", literal(value)));
            assert!(parsed.errors.is_empty(), "{value:?}");
        }
    }
}
