//! The mean time between events, computed from the first, the last and their count.
//!
//! In: a query. Out: every such division, and whether something depends on it. Two lints look at them.

use syntax::Span;
use syntax::ast::{BinaryOp, ExprKind, Operator, OperatorKind};

use super::Linted;
use super::stages::{Definitions, each_stage, own_expressions};
use super::tree;

/// A division of a group's duration by its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mean {
    pub(super) span: Span,
    /// What it is divided by.
    pub(super) divisor: Span,
    /// Is it divided by one less than the count?
    pub(super) is_by_intervals: bool,
    /// Where rows are told apart by it.
    pub(super) test: Option<Span>,
}

/// Every mean interval of a query.
pub(super) fn means(linted: &Linted<'_>) -> Vec<Mean> {
    let mut means = vec![];
    tree::each_pipe(linted.query, |pipe| {
        each_stage(pipe, |at, operator, definitions| {
            let after = pipe.operators.get(at + 1..).unwrap_or_default();
            for expr in own_expressions(operator) {
                tree::each_inside(expr, |inner| {
                    if !matches!(inner.kind, ExprKind::Binary { op: BinaryOp::Divide, .. }) {
                        return;
                    }
                    let Some(mut mean) = mean(linted, definitions, expr, inner) else { return };
                    mean.test = test(operator, after, mean.span);
                    means.push(mean);
                });
            }
        });
    });
    means
}

fn mean<'e>(
    linted: &Linted<'_>,
    definitions: &Definitions<'e>,
    whole: &'e syntax::ast::Expr,
    at: &syntax::ast::Expr,
) -> Option<Mean> {
    // The walk lends its parts for a moment only; the definitions want them for longer.
    let inner = tree::part(whole, at.span)?;
    let ExprKind::Binary { op: BinaryOp::Divide, left, right, .. } = &inner.kind else { return None };
    let is_by_intervals = definitions.count(right)?;
    definitions.duration(linted, left)?;
    Some(Mean { span: inner.span, divisor: right.span, is_by_intervals, test: None })
}

/// The filter, or the choice, that depends on a mean made at `span` in an operator.
fn test(operator: &Operator, after: &[Operator], span: Span) -> Option<Span> {
    let mut names: Vec<String> = match &operator.kind {
        OperatorKind::Where { predicate, .. } => return Some(predicate.span),
        OperatorKind::Extend { columns } | OperatorKind::Project { columns } => {
            let has = |outer: Span| outer.start <= span.start && span.end <= outer.end;
            columns.iter().filter(|column| has(column.value.span)).filter_map(tree::output_name).collect()
        }
        _ => return None,
    };
    for operator in after {
        let now: Vec<&str> = names.iter().map(String::as_str).collect();
        match &operator.kind {
            OperatorKind::Where { predicate, .. } if tree::mentions(predicate, &now) => return Some(predicate.span),
            OperatorKind::Extend { columns } | OperatorKind::Project { columns } => {
                let made = columns.iter().filter(|column| tree::mentions(&column.value, &now));
                let made: Vec<String> = made.filter_map(tree::output_name).collect();
                names.extend(made);
            }
            _ => {}
        }
    }
    None
}
