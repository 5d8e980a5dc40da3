//! `contains` where `has` would do, which finds rows by an index of terms.

use syntax::ast::{BinaryOp, Case, ExprKind, TextTest};
use syntax::{Diagnostic, Fix};

use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::CONTAINS_TERM,
    name: "contains-term",
    summary: "`contains` of whole terms, which no index serves",
    occasion: Occasion::Always,
    check,
};

/// The shortest term that the index has.
/// Source: learn.microsoft.com/kusto/query/datatypes-string-operators, "What is a term".
const TERM_LENGTH_MIN: usize = 3;

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_condition(linted.query, |expr, is_excluded| {
        let ExprKind::Binary { op: BinaryOp::Text { test: TextTest::Contains, case, negated }, op_span, left, right } =
            &expr.kind
        else {
            return;
        };
        // An exclusion reads the rows anyway.
        if *negated || is_excluded || linted.column(left).is_none() {
            return;
        }
        let texts = linted.texts(right);
        let Some([text]) = texts.as_deref() else { return };
        let Some(is_same) = as_terms(&text.value) else { return };
        let operator = if *case == Case::Sensitive { "has_cs" } else { "has" };
        let message = match is_same {
            true => format!("`{operator}` finds the same rows here, and by an index"),
            false => {
                format!("`contains` reads every row; `{operator}` finds `{}` as whole terms, by an index", text.value)
            }
        };
        let fix = Fix {
            title: format!("look for whole terms: `{operator}`"),
            edits: vec![(*op_span, operator.to_owned())],
            is_safe: false,
        };
        found.push(note(codes::CONTAINS_TERM, *op_span, message).fix(fix));
    });
}

/// Is it made of whole terms? `Some(true)` if it begins and ends with a separator, so that it can be nothing else.
fn as_terms(text: &str) -> Option<bool> {
    let is_part = |c: char| c.is_alphanumeric();
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    let has_term = text.split(|c| !is_part(c)).any(|term| term.chars().count() >= TERM_LENGTH_MIN);
    match (is_part(first), is_part(last)) {
        _ if !has_term => None,
        (false, false) => {
            let inner = text.trim_matches(|c: char| !is_part(c));
            inner.split(|c| !is_part(c)).any(|term| term.chars().count() >= TERM_LENGTH_MIN).then_some(true)
        }
        // Several terms, or a name of a file: nobody looks for a part of these.
        (true, true) if text.contains(|c: char| !is_part(c) && !c.is_whitespace()) => Some(false),
        _ => None,
    }
}
