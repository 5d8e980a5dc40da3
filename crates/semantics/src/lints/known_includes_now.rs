//! New values looked for among rows that are known already: the known ones include the rows themselves.

use std::collections::HashSet;

use syntax::ast::{Expr, ExprKind, InTest, Join, OperatorKind};
use syntax::{Diagnostic, Span};

use super::time_filter::{is_about_time, since};
use super::tree::{self, Pipe};
use super::{Lint, Linted, Occasion, codes, stages};

pub(super) const LINT: Lint = Lint {
    code: codes::KNOWN_INCLUDES_NOW,
    name: "known-includes-now",
    summary: "an exclusion of known values that include those of the rows themselves",
    occasion: Occasion::Always,
    check,
};

/// Which rows of a table a pipe has come to.
#[derive(Default)]
struct Rows {
    /// How far back, in ticks; without it, all.
    since: Option<f64>,
    /// The other conditions, as they are written, blanks aside.
    conditions: HashSet<String>,
}

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        let Some(table) = pipe.source.and_then(tree::name).filter(|name| linted.constant(name).is_none()) else {
            return;
        };
        let mut rows = Rows::default();
        for operator in pipe.operators {
            match &operator.kind {
                OperatorKind::Where { predicate, .. } => {
                    let mut parts = vec![];
                    tree::conjuncts(predicate, &mut parts);
                    // Conditions of one filter hold together, in whatever order they stand.
                    parts.iter().for_each(|part| rows.learn(linted, part));
                    for part in parts {
                        if let Some((column, known, span)) = exclusion(part)
                            && includes(linted, table, &rows, known, &[column])
                        {
                            found.push(complaint(span, column));
                        }
                    }
                }
                OperatorKind::Join(join) => {
                    let keys = tree::left_keys(join).unwrap_or_default();
                    if let (true, Some(first)) = (is_anti(join), keys.first())
                        && includes(linted, table, &rows, &join.right, &keys)
                    {
                        found.push(complaint(operator.keyword, first));
                    }
                    return;
                }
                OperatorKind::Sort { .. } | OperatorKind::ProjectAway { .. } | OperatorKind::ProjectReorder { .. } => {}
                // Whatever makes columns or rows ends what is known of them.
                _ => return,
            }
        }
    });
}

fn complaint(span: Span, column: &str) -> Diagnostic {
    let message =
        format!("the known values of `{column}` are of the same rows and of older ones, so no row has a new one");
    Diagnostic::warning(codes::KNOWN_INCLUDES_NOW, span, message)
        .hint("end the known rows where the new ones begin: `where Timestamp between (ago(14d) .. ago(1d))`")
}

impl Rows {
    fn learn(&mut self, linted: &Linted<'_>, part: &Expr) {
        match since(linted, part) {
            Some(ticks) => self.since = Some(self.since.map_or(ticks, |known: f64| known.min(ticks))),
            None => {
                self.conditions.insert(written(linted, part));
            }
        }
    }
}

fn written(linted: &Linted<'_>, part: &Expr) -> String {
    part.span.text(linted.text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `x !in (known)`: the column, the known values, and the operator's place.
fn exclusion(part: &Expr) -> Option<(&str, &Expr, Span)> {
    let (expr, is_excluded) = match tree::call(part).filter(|call| call.name.text == "not") {
        Some(call) => (tree::bare(tree::argument(call, 0)?), true),
        None => (part, false),
    };
    let ExprKind::In { test: InTest::In, negated, op_span, value, list, .. } = &expr.kind else { return None };
    let [known] = list.as_slice() else { return None };
    (*negated != is_excluded).then_some((tree::name(value)?, known, *op_span))
}

fn is_anti(join: &Join) -> bool {
    tree::join_kind(join).is_some_and(|kind| ["anti", "leftanti", "leftantisemi"].contains(&kind))
}

/// Does a table of known values have those of all these rows?
fn includes(linted: &Linted<'_>, table: &str, rows: &Rows, known: &Expr, keys: &[&str]) -> bool {
    let known = match tree::name(known).and_then(|name| linted.constant(name)) {
        Some(value) => tree::as_pipe(value),
        None => tree::as_pipe(known),
    };
    let known = match known.source.and_then(tree::call).filter(|call| call.name.text == "materialize") {
        Some(call) if known.operators.is_empty() => match tree::argument(call, 0) {
            Some(inner) => tree::as_pipe(inner),
            None => return false,
        },
        _ => known,
    };
    known.source.and_then(tree::name) == Some(table) && has_all(linted, rows, known, keys)
}

fn has_all(linted: &Linted<'_>, rows: &Rows, known: Pipe<'_>, keys: &[&str]) -> bool {
    let mut is_reduced = false;
    for operator in known.operators {
        match &operator.kind {
            OperatorKind::Where { predicate, .. } if !is_reduced => {
                let mut parts = vec![];
                tree::conjuncts(predicate, &mut parts);
                let holds = |part: &&Expr| match since(linted, part) {
                    Some(ticks) => {
                        let ends =
                            stages::bounded(part).is_some_and(|bounded| bounded.most.is_some_and(|most| !is_now(most)));
                        !ends && rows.since.is_some_and(|since| since <= ticks)
                    }
                    None => !is_about_time(part) && rows.conditions.contains(&written(linted, part)),
                };
                if !parts.iter().all(holds) {
                    return false;
                }
            }
            OperatorKind::Distinct { columns: by, .. }
            | OperatorKind::Summarize { by, .. }
            | OperatorKind::Project { columns: by } => {
                let has = |key: &&str| {
                    by.iter().any(|column| column.names.is_empty() && tree::name(&column.value) == Some(key))
                };
                if !keys.iter().all(has) {
                    return false;
                }
                is_reduced = true;
            }
            _ => return false,
        }
    }
    true
}

fn is_now(expr: &Expr) -> bool {
    tree::call(expr).is_some_and(|call| call.name.text == "now" && call.arguments.is_empty())
}
