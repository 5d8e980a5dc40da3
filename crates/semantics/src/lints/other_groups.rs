//! `prev` and `next` over rows of several groups: the neighbor of a row may belong to another one.

use syntax::ast::{Expr, ExprKind, Operator, OperatorKind, OrderedExpr};
use syntax::{Diagnostic, Span};

use super::stages::own_expressions;
use super::{Lint, Linted, Occasion, codes, columns, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::OTHER_GROUPS,
    name: "other-groups",
    summary: "`prev` or `next` over sorted groups, whose neighbors may belong to another group",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            let OperatorKind::Sort { by, .. } = &operator.kind else { continue };
            let after: Vec<&Operator> =
                pipe.operators.iter().skip(at + 1).take_while(|later| !makes_rows(later)).collect();
            let Some((call, neighbors)) = neighbors(&after) else { continue };
            let grouped = pipe.operators.get(at + 1..).map(next_groups).unwrap_or_default();
            found.extend(complaint(by, &after, call, (&neighbors, &grouped)));
        }
    });
}

/// By which columns the next group is made.
fn next_groups(operators: &[Operator]) -> Vec<String> {
    let groups = operators.iter().find_map(|operator| match &operator.kind {
        OperatorKind::Summarize { by, .. } => Some(by.iter().filter_map(tree::output_name).collect()),
        _ => None,
    });
    groups.unwrap_or_default()
}

/// Rows of another kind, or in another order, begin here.
fn makes_rows(operator: &Operator) -> bool {
    matches!(
        operator.kind,
        OperatorKind::Sort { .. }
            | OperatorKind::Summarize { .. }
            | OperatorKind::Join(_)
            | OperatorKind::Union { .. }
            | OperatorKind::Top { .. }
    )
}

/// The first call of `prev` or `next`, and the columns that are asked of neighbors.
fn neighbors(operators: &[&Operator]) -> Option<(Span, Vec<String>)> {
    let mut first = None;
    let mut columns = vec![];
    for expr in operators.iter().flat_map(|operator| own_expressions(operator)) {
        tree::each_inside(expr, |inner| {
            let ExprKind::Call(call) = &inner.kind else { return };
            if !["prev", "next"].contains(&call.name.text.as_str()) {
                return;
            }
            let column = tree::argument(call, 0).and_then(tree::name).map(str::to_owned);
            if column.as_deref().is_some_and(|name| columns::TIMES.contains(&name)) {
                first = first.or(Some(call.name.span));
            }
            columns.extend(column);
        });
    }
    Some((first?, columns))
}

fn complaint(
    by: &[OrderedExpr],
    after: &[&Operator],
    call: Span,
    (neighbors, grouped): (&[String], &[String]),
) -> Option<Diagnostic> {
    let key = |ordered: &OrderedExpr| tree::name(&ordered.key.value).map(str::to_owned);
    let keys: Vec<String> = by.iter().filter_map(key).collect();
    let time = keys.iter().position(|name| columns::TIMES.contains(&name.as_str()))?;
    let (groups, rest) = (keys.get(..time)?, keys.get(time + 1..)?);
    if let Some(late) = rest.iter().find(|name| neighbors.contains(name) || grouped.contains(name)) {
        let place = by.get(time)?.key.span;
        let message =
            format!("sorted by time before `{late}`: the neighbor of a row is mostly one with another `{late}`");
        return Some(
            Diagnostic::warning(codes::OTHER_GROUPS, place, message).label(call, "the neighbor is asked here"),
        );
    }
    let restarts = after.iter().flat_map(|operator| own_expressions(operator)).any(restarts);
    let missing = groups.iter().find(|name| !neighbors.contains(name))?;
    (!restarts && groups.iter().all(|name| !neighbors.contains(name))).then(|| {
        let message = format!("nothing asks whether the neighbor has the same `{missing}`, so the first row of each group has one of another group");
        Diagnostic::warning(codes::OTHER_GROUPS, call, message)
            .hint(format!("ask: `iff(prev({missing}) == {missing}, …, timespan(null))`"))
    })
}

/// Do functions of windows begin anew with each group?
fn restarts(expr: &Expr) -> bool {
    let mut found = false;
    tree::each_inside(expr, |inner| {
        if let ExprKind::Call(call) = &inner.kind {
            found |= ["row_window_session", "row_cumsum", "row_number"].contains(&call.name.text.as_str());
        }
    });
    found
}
