//! A filter on time that comes after a join: rows of all times were joined, and for some kinds chosen among.

use syntax::Diagnostic;
use syntax::ast::{Operator, OperatorKind};

use super::time_filter::{bounds_time, looks_at_time};
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::LATE_TIME_FILTER,
    name: "late-time-filter",
    summary: "a filter on time that comes only after a join",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        let is_table = pipe.source.and_then(tree::name).is_some_and(|name| linted.constant(name).is_none());
        let Some(join) = pipe.operators.iter().position(|operator| matches!(operator.kind, OperatorKind::Join(_)))
        else {
            return;
        };
        let (before, after) = pipe.operators.split_at(join);
        let makes_rows =
            |operator: &Operator| matches!(operator.kind, OperatorKind::Summarize { .. } | OperatorKind::Union { .. });
        if !is_table || before.iter().any(|operator| looks_at_time(operator) || makes_rows(operator)) {
            return;
        }
        for operator in after.iter().skip(1).take_while(|operator| !makes_rows(operator)) {
            if let OperatorKind::Where { predicate, .. } = &operator.kind
                && bounds_time(linted, predicate)
                && let Some(join) = after.first()
            {
                found.push(
                    Diagnostic::warning(
                        codes::LATE_TIME_FILTER,
                        predicate.span,
                        "the filter on time comes after the join, which has met rows of all times by then",
                    )
                    .label(join.keyword, "rows of all times are joined here")
                    .hint("filter each side before the join"),
                );
                return;
            }
        }
    });
}
