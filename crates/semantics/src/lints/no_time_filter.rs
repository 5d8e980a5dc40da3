//! A large table read without a bound on time.

use syntax::Diagnostic;
use syntax::ast::ExprKind;

use super::time_filter::{LARGE_TABLES, looks_at_time};
use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::NO_TIME_FILTER,
    name: "no-time-filter",
    summary: "a large table read without a filter on time",
    occasion: Occasion::Alone,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let mut is_bounded = false;
    tree::each_operator(linted.query, |operator| is_bounded |= looks_at_time(operator));
    if is_bounded {
        return;
    }
    let mut first = None;
    tree::each_pipe(linted.query, |pipe| {
        let Some(source) = pipe.source.map(tree::bare) else { return };
        let ExprKind::Name(name) = &source.kind else { return };
        if first.is_none() && !pipe.operators.is_empty() && LARGE_TABLES.contains(&name.text.as_str()) {
            let column = if name.text.starts_with("Device") || name.text.starts_with("Identity") {
                "Timestamp"
            } else {
                "TimeGenerated"
            };
            first = Some(
                note(
                    codes::NO_TIME_FILTER,
                    source.span,
                    format!("`{}` is read from its first row to its last", name.text),
                )
                .hint(format!("say how far to look back: `| where {column} > ago(1d)`, first of all")),
            );
        }
    });
    found.extend(first);
}
