//! `Timestamp` beside `TimeGenerated`: Defender's tables have the one, Sentinel's the other.

use std::collections::BTreeMap;

use syntax::ast::{Expr, ExprKind, OperatorKind};
use syntax::{Diagnostic, Span};

use super::{Lint, Linted, Occasion, codes, columns, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::TWO_TIMES,
    name: "two-times",
    summary: "`Timestamp` and `TimeGenerated` of one table in one query",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        // A join and a union bring columns of other tables.
        let is_alone = pipe.operators.iter().all(|operator| {
            !matches!(
                operator.kind,
                OperatorKind::Join(_)
                    | OperatorKind::Lookup(_)
                    | OperatorKind::Union { .. }
                    | OperatorKind::Find(_)
                    | OperatorKind::Search { .. }
                    | OperatorKind::Invoke { .. }
                    | OperatorKind::Evaluate { .. }
            )
        });
        let is_table = pipe.source.and_then(tree::name).is_some_and(|name| linted.constant(name).is_none());
        if !is_alone || !is_table {
            return;
        }
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for operator in pipe.operators {
            for expr in super::stages::own_expressions(operator) {
                note_times(linted, expr, &mut seen);
            }
        }
        if let [(first, first_span), (second, second_span)] = seen.into_iter().collect::<Vec<_>>().as_slice() {
            let message = format!(
                "`{second}` beside `{first}`: Defender documents only `Timestamp` for its tables, a workspace only `TimeGenerated`"
            );
            found.push(
                note(codes::TWO_TIMES, *second_span, message)
                    .label(*first_span, "the other name")
                    .hint("take the one of the product that the query is for"),
            );
        }
    });
}

/// The first place of each time column that the query has not made itself.
fn note_times(linted: &Linted<'_>, expr: &Expr, seen: &mut BTreeMap<&'static str, Span>) {
    tree::each_inside(expr, |inner| {
        let ExprKind::Name(name) = &inner.kind else { return };
        let known = columns::TIMES.into_iter().find(|time| *time == name.text);
        if let Some(time) = known.filter(|time| !linted.is_assigned(time) && linted.column(inner).is_some()) {
            seen.entry(time).or_insert(inner.span);
        }
    });
}
