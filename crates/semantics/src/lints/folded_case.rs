//! A lower-cased text compared with capitals: never equal.

use syntax::ast::Case;
use syntax::{Diagnostic, Fix};

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::FOLDED_CASE,
    name: "folded-case",
    summary: "`tolower` compared with capitals, or `toupper` with small letters",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        if comparison.case != Case::Sensitive || comparison.how == How::Other(syntax::ast::TextTest::MatchesRegex) {
            return;
        }
        let Some(call) = tree::call(comparison.subject) else { return };
        let (fold, case): (fn(&str) -> String, _) = match call.name.text.as_str() {
            "tolower" => (str::to_lowercase, "lower"),
            "toupper" => (str::to_uppercase, "upper"),
            _ => return,
        };
        let Some(value) = comparison.values.iter().find(|value| fold(&value.value) != value.value) else { return };
        let message = format!("`{}` gives {case} case only, which is never `{}`", call.name.text, value.value);
        let mut diagnostic =
            Diagnostic::warning(codes::FOLDED_CASE, value.span, message).label(call.name.span, "folded here");
        if let Some(written) = value.written(linted.text) {
            diagnostic.fixes.push(Fix {
                title: format!("write it in {case} case"),
                edits: vec![(value.span, written.replace(&value.value, &fold(&value.value)))],
                is_safe: true,
            });
        }
        found.push(diagnostic);
    });
}
