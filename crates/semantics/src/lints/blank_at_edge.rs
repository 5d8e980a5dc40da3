//! A blank before or behind a text that must be equal: it never is.

use syntax::ast::Expr;
use syntax::{Diagnostic, Fix, Span};

use super::comparison::{Comparison, How};
use super::linted::Text;
use super::{Lint, Linted, Occasion, codes, columns, tree};

/// Further values that a finding shows.
const LABELS_MAX: usize = 5;

pub(super) const LINT: Lint = Lint {
    code: codes::BLANK_AT_EDGE,
    name: "blank-at-edge",
    summary: "a blank before or behind a text that must be equal as a whole",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_filter(linted.query, |predicate| {
        let mut values = vec![];
        tree::conditions(predicate, false, &mut |expr, _| values.extend(with_blanks(linted, expr)));
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return };
        let message = format!("`{}` has a blank at its end, and is compared as a whole", first.value);
        let mut diagnostic = Diagnostic::warning(codes::BLANK_AT_EDGE, first.span, message);
        let mut edits: Vec<_> = without_blanks(linted.text, &first).into_iter().collect();
        for other in values {
            if diagnostic.labels.len() < LABELS_MAX {
                diagnostic.labels.push((other.span, "so has this".to_owned()));
            }
            edits.extend(without_blanks(linted.text, &other));
        }
        if !edits.is_empty() {
            diagnostic.fixes.push(Fix { title: "take the blanks away".to_owned(), edits, is_safe: false });
        }
        found.push(diagnostic);
    });
}

/// The values of a comparison that begin or end with a blank. Names of operations are left alone: some do end with one.
fn with_blanks(linted: &Linted<'_>, expr: &Expr) -> Vec<Text> {
    let Some(comparison) = Comparison::of(linted, expr).filter(|comparison| comparison.how == How::Equal) else {
        return vec![];
    };
    // What the query has cut out of a text itself may begin with a blank.
    let names_things = |column: &str| {
        columns::has_varying_case(column) || columns::hash_digits(column).is_some() || column.ends_with("IP")
    };
    if !linted.column(comparison.subject).is_some_and(names_things) {
        return vec![];
    }
    let has_blank = |text: &str| text.trim() != text && !text.trim().is_empty();
    comparison.values.into_iter().filter(|value| has_blank(&value.value)).collect()
}

fn without_blanks(text: &str, value: &Text) -> Option<(Span, String)> {
    Some((value.span, value.written(text)?.replace(&value.value, value.value.trim())))
}
