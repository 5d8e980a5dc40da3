//! Two backslashes in a path: an escape where none is needed.

use syntax::ast::TextTest;
use syntax::{Diagnostic, Fix};

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, columns, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::DOUBLED_BACKSLASH,
    name: "doubled-backslash",
    summary: "a path with two backslashes in a row, as no path has them",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        if comparison.how == How::Other(TextTest::MatchesRegex) {
            return;
        }
        let Some(column) = tree::name(comparison.subject).filter(|name| columns::has_varying_case(name)) else {
            return;
        };
        for value in comparison.values.iter().filter(|value| is_doubled(&value.value)) {
            let written = value.span.text(linted.text);
            let message = format!("`{column}` has one backslash between names, and this text has two");
            let diagnostic = Diagnostic::warning(codes::DOUBLED_BACKSLASH, value.span, message);
            found.push(match written.starts_with('@') {
                true => diagnostic.hint("in a text with `@` before it a backslash stands for itself").fix(Fix {
                    title: "write one backslash".to_owned(),
                    edits: vec![(value.span, single(written))],
                    is_safe: false,
                }),
                false => diagnostic.hint("outside `@\"…\"`, `\\\\` is one backslash"),
            });
        }
    });
}

/// Two backslashes behind a name, a drive or a variable; those that begin a name in the network stand behind nothing or a blank.
fn is_doubled(value: &str) -> bool {
    value.match_indices(r"\\").any(|(at, _)| {
        let before = value.get(..at).and_then(|before| before.chars().next_back());
        before.is_some_and(|c| c.is_alphanumeric() || c == ':' || c == '%')
    })
}

/// The same with one backslash for each pair behind the first character.
fn single(written: &str) -> String {
    let begin = written.len() - written.trim_start_matches(['@', '"', '\'', '\\']).len();
    let (head, rest) = written.split_at_checked(begin).unwrap_or(("", written));
    format!("{head}{}", rest.replace(r"\\", r"\"))
}
