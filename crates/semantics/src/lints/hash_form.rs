//! A hash of another kind than the column holds.

use syntax::Diagnostic;

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, columns, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::HASH_FORM,
    name: "hash-form",
    summary: "a hash of another length than those of the column",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        let Some((column, digits)) =
            linted.column(comparison.subject).and_then(|column| Some((column, columns::hash_digits(column)?)))
        else {
            return;
        };
        // A list may serve columns of several hashes; of one value that fits there is no more to say.
        let is_other = |value: &str| !value.is_empty() && value.chars().count() != digits;
        let Some(value) = comparison.values.first() else { return };
        if comparison.how == How::Equal && comparison.values.iter().all(|value| is_other(&value.value)) {
            let count = value.value.chars().count();
            let message = format!("`{column}` has {digits} hexadecimal digits, and this text has {count} characters");
            found.push(Diagnostic::warning(codes::HASH_FORM, value.span, message));
        }
    });
}
