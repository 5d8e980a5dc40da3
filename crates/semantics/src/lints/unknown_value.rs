//! A column compared with a value that its documented set lacks.

use syntax::ast::Case;
use syntax::{Diagnostic, Fix};

use super::comparison::{Comparison, How};
use super::linted::Text;
use super::vocabulary::{self, Vocabulary};
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::UNKNOWN_VALUE,
    name: "unknown-value",
    summary: "a column compared with a value that its documented set lacks",
    occasion: Occasion::Always,
    check,
};

/// Values that a hint names.
const NAMED_MAX: usize = 8;

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr).filter(|comparison| comparison.how == How::Equal) else {
            return;
        };
        let column = linted.column(comparison.subject);
        let Some((column, table)) = column.zip(linted.table(comparison.subject)) else { return };
        let Some(known) = vocabulary::of(table, column) else { return };
        let spells = |text: &Text, spelled: &&&str| text.value.to_lowercase() == spelled.to_lowercase();
        for value in comparison.values.iter().filter(|value| !value.value.is_empty()) {
            let is_listed = known.values.contains(&value.value.as_str());
            // Both spellings in one list: whoever wrote it knows.
            let knows = |spelled: &str| comparison.values.iter().any(|other| other.value == spelled);
            match known.values.iter().find(|spelled| spells(value, spelled)) {
                Some(spelled) if comparison.case == Case::Sensitive && !is_listed && !knows(spelled) => {
                    found.push(misspelled(column, value, spelled, linted.text, known));
                }
                None if known.is_closed => found.push(unknown(column, value, comparison.is_negated, known)),
                Some(_) | None => {}
            }
        }
    });
}

fn misspelled(column: &str, value: &Text, spelled: &str, text: &str, known: &Vocabulary) -> Diagnostic {
    let message = format!("`{column}` has `{spelled}`, not `{}`, and this comparison minds case", value.value);
    let mut diagnostic =
        Diagnostic::warning(codes::UNKNOWN_VALUE, value.span, message).hint(format!("documented at {}", known.source));
    if let Some(written) = value.written(text) {
        diagnostic.fixes.push(Fix {
            title: format!("write `{spelled}`"),
            edits: vec![(value.span, written.replace(&value.value, spelled))],
            is_safe: true,
        });
    }
    diagnostic
}

fn unknown(column: &str, value: &Text, is_negated: bool, known: &Vocabulary) -> Diagnostic {
    let effect = if is_negated { "leaves nothing out" } else { "never holds" };
    let message = format!("`{column}` never has `{}`, so this {effect}", value.value);
    let named: Vec<&str> = known.values.iter().copied().take(NAMED_MAX).collect();
    Diagnostic::warning(codes::UNKNOWN_VALUE, value.span, message).hint(format!(
        "its values: {} ({})",
        named.join(", "),
        known.source
    ))
}
