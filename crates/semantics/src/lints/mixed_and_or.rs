//! `x == a or x == b and y`: `and` binds stronger, so `y` belongs to `b` only.

use syntax::ast::{BinaryOp, Expr, ExprKind};
use syntax::visit::{Visitor, walk_expr};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::MIXED_AND_OR,
    name: "mixed-and-or",
    summary: "alternatives of one column, of which `and` without parentheses narrows only one",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_filter(linted.query, |predicate| {
        let mut chains = Chains(vec![]);
        chains.visit_expr(predicate);
        for spans in chains.0 {
            // The walk lends its parts for a moment only: they are looked up again by their places.
            let parts: Vec<&Expr> = spans.iter().filter_map(|span| tree::part(predicate, *span)).collect();
            found.extend(complaints(linted, &parts));
        }
    });
}

/// The places of the parts of every chain of `or`.
struct Chains(Vec<Vec<Span>>);

impl Visitor for Chains {
    fn visit_expr(&mut self, expr: &Expr) {
        let mut parts = vec![];
        written_disjuncts(expr, &mut parts);
        if parts.len() < 2 {
            return walk_expr(self, expr);
        }
        self.0.push(parts.iter().map(|part| part.span).collect());
        parts.into_iter().for_each(|part| walk_expr(self, part));
    }
}

/// The parts of a chain of `or` that has no parentheses: whoever writes them knows.
fn written_disjuncts<'e>(expr: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            written_disjuncts(left, parts);
            written_disjuncts(right, parts);
        }
        _ => parts.push(expr),
    }
}

/// Each part with `and` whose neighbors are alternatives of one of its ends.
fn complaints(linted: &Linted<'_>, parts: &[&Expr]) -> Vec<Diagnostic> {
    let alternative = |part: &Expr, name: &str| !is_and(part) && subject(linted, part) == Some(name);
    let mut found = vec![];
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| is_and(part)) {
        let (first, last) = (edge(part, End::First), edge(part, End::Last));
        let before = parts.get(..at).unwrap_or_default();
        let after = parts.get(at + 1..).unwrap_or_default();
        let of_last = subject(linted, last).filter(|name| !is_about(part, name));
        let of_first = subject(linted, first).filter(|name| !is_about(part, name));
        let behind =
            of_last.and_then(|name| Some((name, after.iter().take_while(|next| alternative(next, name)).last()?)));
        let ahead = of_first
            .and_then(|name| Some((name, before.iter().rev().take_while(|next| alternative(next, name)).last()?)));
        if let Some((name, end)) = behind {
            found.push(complaint(part.span, name, (last.span.to(end.span), linted.text)));
        } else if let Some((name, begin)) = ahead {
            found.push(complaint(part.span, name, (begin.span.to(first.span), linted.text)));
        }
    }
    found
}

fn complaint(narrowed: Span, name: &str, (alternatives, text): (Span, &str)) -> Diagnostic {
    let message = format!("`and` binds stronger than `or`: only one of the alternatives of `{name}` is narrowed");
    let fix = Fix {
        title: format!("put the alternatives of `{name}` into parentheses"),
        edits: vec![(alternatives, format!("({})", alternatives.text(text)))],
        is_safe: false,
    };
    Diagnostic::warning(codes::MIXED_AND_OR, narrowed, message)
        .label(alternatives, "the alternatives")
        .hint("say which is meant by parentheses")
        .fix(fix)
}

fn is_and(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Binary { op: BinaryOp::And, .. })
}

/// Are all conditions of a chain about one column? Then they are one alternative, and meant so.
fn is_about(chain: &Expr, name: &str) -> bool {
    let mut parts = vec![];
    tree::conjuncts(chain, &mut parts);
    parts.into_iter().all(|part| tree::mentions(part, &[name]))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// The comparison at an end of a chain.
fn edge(expr: &Expr, end: End) -> &Expr {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right, .. } => {
            edge(if end == End::First { left } else { right }, end)
        }
        _ => expr,
    }
}

/// What an equality or a positive test of text is about.
fn subject<'e>(linted: &Linted<'_>, expr: &'e Expr) -> Option<&'e str> {
    let comparison = super::comparison::Comparison::of(linted, expr)?;
    (!comparison.is_negated).then(|| tree::name(comparison.subject))?
}
