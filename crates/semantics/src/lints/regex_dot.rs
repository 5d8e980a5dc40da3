//! A dot in a regular expression that is meant as a dot, and stands for any character.

use syntax::Diagnostic;
use syntax::ast::{BinaryOp, ExprKind, Literal, TextTest};

use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::REGEX_DOT,
    name: "regex-dot",
    summary: "a dot of a name in a regular expression, where it stands for any character",
    occasion: Occasion::Always,
    check,
};

/// What stands behind the dot of a name.
const ENDINGS: [&str; 20] = [
    "exe", "dll", "bat", "cmd", "ps1", "vbs", "js", "hta", "zip", "doc", "xls", "com", "net", "org", "io", "gov",
    "edu", "info", "ru", "cn",
];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let pattern = match &expr.kind {
            ExprKind::Binary { op: BinaryOp::Text { test: TextTest::MatchesRegex, .. }, right, .. } => right,
            _ => return,
        };
        let ExprKind::Literal(Literal::String { value, .. }) = &tree::bare(pattern).kind else { return };
        if let Some(name) = open_dot(value) {
            let message = format!("the dot in `{name}` stands for any character");
            let escaped = name.replace('.', r"\.");
            found.push(Diagnostic::warning(codes::REGEX_DOT, pattern.span, message).hint(format!("write `{escaped}`")));
        }
    });
}

/// A name with a dot that is no dot: `cmd.exe`.
fn open_dot(pattern: &str) -> Option<String> {
    for (at, _) in pattern.match_indices('.') {
        let (before, after) = (pattern.get(..at)?, pattern.get(at + 1..)?);
        let word: String =
            before.chars().rev().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
        let word: String = word.chars().rev().collect();
        let is_escaped = before.strip_suffix(word.as_str()).is_some_and(|head| head.ends_with('\\')) && word.len() <= 1;
        let ending: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
        let next = after.get(ending.len()..).and_then(|rest| rest.chars().next());
        let is_repeated = next.is_some_and(|c| ['*', '+', '?', '{'].contains(&c));
        let is_in_set = before.rfind('[').is_some_and(|open| !before.get(open..).unwrap_or_default().contains(']'));
        if word.len() >= 2 && ENDINGS.contains(&ending.as_str()) && !is_escaped && !is_repeated && !is_in_set {
            return Some(format!("{word}.{ending}"));
        }
    }
    None
}
