//! A regular expression that is plain text: a text operator says the same and is served by an index.

use syntax::ast::{BinaryOp, Expr, ExprKind, Literal, TextTest};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::PLAIN_REGEX,
    name: "plain-regex",
    summary: "a regular expression where a text operator says the same",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let ExprKind::Binary {
            op: BinaryOp::Text { test: TextTest::MatchesRegex, negated: false, .. },
            op_span,
            left: _,
            right,
        } = &expr.kind
        else {
            return;
        };
        let ExprKind::Literal(Literal::String { value, .. }) = &tree::bare(right).kind else { return };
        let Some((operator, text)) = plain(value) else { return };
        found.push(complaint(*op_span, right, operator, &text));
    });
}

fn complaint(op_span: Span, right: &Expr, operator: &str, text: &str) -> Diagnostic {
    let literal = quoted(text);
    let message = format!("the pattern is plain text: `{operator} {literal}` says the same");
    let fix = Fix {
        title: format!("use `{operator}`"),
        edits: vec![(op_span, operator.to_owned()), (right.span, literal)],
        // Beyond ASCII a regular expression and a text operator fold case differently.
        is_safe: text.is_ascii(),
    };
    Diagnostic::warning(codes::PLAIN_REGEX, op_span, message).fix(fix)
}

/// The operator and the text that say what a pattern says, if it has nothing that a text operator lacks.
fn plain(pattern: &str) -> Option<(&'static str, String)> {
    let (without_case, rest) = match pattern.strip_prefix("(?i)") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (at_start, rest) = match rest.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (at_end, rest) = match rest.strip_suffix('$') {
        Some(before) if !before.ends_with('\\') => (true, before),
        _ => (false, rest),
    };
    // `.*` at an open end says nothing, but for line breaks, which it does not cross: it may be empty there.
    let rest = if at_start { rest } else { rest.strip_prefix(".*").unwrap_or(rest) };
    let rest = if at_end { rest } else { rest.strip_suffix(".*").filter(|rest| !rest.ends_with('\\')).unwrap_or(rest) };
    let text = unescaped(rest)?;
    let operator = match (at_start, at_end, without_case) {
        (true, true, false) => "==",
        (true, true, true) => "=~",
        (true, false, false) => "startswith_cs",
        (true, false, true) => "startswith",
        (false, true, false) => "endswith_cs",
        (false, true, true) => "endswith",
        (false, false, false) => "contains_cs",
        (false, false, true) => "contains",
    };
    (!text.is_empty()).then_some((operator, text))
}

/// The text of a pattern without operators; none if it has some.
fn unescaped(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                escaped if !escaped.is_alphanumeric() => text.push(escaped),
                _ => return None,
            },
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => return None,
            letter => text.push(letter),
        }
    }
    Some(text)
}

/// A text as a literal of KQL.
fn quoted(text: &str) -> String {
    let is_simple = !text.contains(['"', '\n', '\r']);
    match is_simple && text.contains('\\') {
        true => format!("@\"{text}\""),
        false => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_patterns_have_another_form() {
        let form = |pattern| plain(pattern).map(|(operator, text)| format!("{operator} {text}"));
        assert_eq!(form("(?i)powershell").as_deref(), Some("contains powershell"));
        assert_eq!(form(r"^C:\\Temp\\").as_deref(), Some(r"startswith_cs C:\Temp\"));
        assert_eq!(form(r".*\.exe$").as_deref(), Some("endswith_cs .exe"));
        assert_eq!(form("^a$").as_deref(), Some("== a"));
        for pattern in ["a.b", r"\d+", "a|b", "", "^$", r"a\$", "(?s)a"] {
            let is_escaped_end = pattern == r"a\$";
            assert_eq!(form(pattern).is_some(), is_escaped_end, "{pattern}");
        }
    }

    #[test]
    fn literals_are_read_back_as_they_were() {
        for text in [r"C:\Temp\", "say \"hi\"", "a\nb", "é"] {
            let query = format!("print {}", quoted(text));
            let parsed = syntax::parse(&query);
            assert!(parsed.errors.is_empty(), "{query}");
            let mut read = None;
            tree::each_expr(&parsed.query, |expr| {
                if let ExprKind::Literal(Literal::String { value, .. }) = &expr.kind {
                    read = Some(value.clone());
                }
            });
            assert_eq!(read.as_deref(), Some(text));
        }
    }
}
