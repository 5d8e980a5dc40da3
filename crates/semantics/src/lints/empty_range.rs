//! A range that holds nothing: its ends the wrong way round, or bounds that exclude each other.

use syntax::ast::{BinaryOp, Expr, ExprKind, Literal, OperatorKind};
use syntax::{Diagnostic, Fix};

use super::stages::bounded;
use super::{Lint, Linted, Occasion, codes, tree};
use crate::time::parse_datetime;
use crate::types::Type;

/// Bounds of one filter that are compared with each other.
const PARTS_MAX: usize = 200;

pub(super) const LINT: Lint = Lint {
    code: codes::EMPTY_RANGE,
    name: "empty-range",
    summary: "a range that holds nothing",
    occasion: Occasion::Always,
    check,
};

/// A constant that can be told from another of its kind.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Number(f64),
    Span(f64),
    /// Before now, as a negative number of ticks.
    FromNow(f64),
    Moment(f64),
}

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let ExprKind::Between { value: _, low, high, .. } = &expr.kind else { return };
        if is_after(linted, low, high) == Some(true) {
            let fix = Fix {
                title: "exchange the ends".to_owned(),
                edits: vec![
                    (low.span, high.span.text(linted.text).to_owned()),
                    (high.span, low.span.text(linted.text).to_owned()),
                ],
                is_safe: false,
            };
            let message = "the range begins after its end, so nothing is in it";
            found.push(Diagnostic::warning(codes::EMPTY_RANGE, low.span.to(high.span), message).fix(fix));
        }
    });
    tree::each_operator(linted.query, |operator| {
        let OperatorKind::Where { predicate, .. } = &operator.kind else { return };
        let mut parts = vec![];
        tree::conjuncts(predicate, &mut parts);
        found.extend(contradiction(linted, &parts));
    });
}

fn contradiction(linted: &Linted<'_>, parts: &[&Expr]) -> Option<Diagnostic> {
    let orders = |part: &&Expr| matches!(part.kind, ExprKind::Binary { .. });
    let bounds: Vec<_> = parts
        .iter()
        .take(PARTS_MAX)
        .filter(|part| orders(part))
        .filter_map(|part| Some((part.span, bounded(part)?)))
        .collect();
    for (low_span, low) in &bounds {
        for (high_span, high) in &bounds {
            let (Some(least), Some(most)) = (low.least, high.most) else { continue };
            let is_same = tree::bare(low.value).span.text(linted.text) == tree::bare(high.value).span.text(linted.text);
            if is_same && is_after(linted, least, most) == Some(true) {
                let (first, second) =
                    if low_span.start < high_span.start { (low_span, high_span) } else { (high_span, low_span) };
                let message = "no value meets both bounds, so this never holds";
                return Some(
                    Diagnostic::warning(codes::EMPTY_RANGE, *second, message).label(*first, "the other bound"),
                );
            }
        }
    }
    None
}

/// Is the first after the second?
fn is_after(linted: &Linted<'_>, first: &Expr, second: &Expr) -> Option<bool> {
    match (place(linted, first)?, place(linted, second)?) {
        (Place::Number(first), Place::Number(second))
        | (Place::Span(first), Place::Span(second))
        | (Place::FromNow(first), Place::FromNow(second))
        | (Place::Moment(first), Place::Moment(second)) => Some(first > second),
        _ => None,
    }
}

fn place(linted: &Linted<'_>, expr: &Expr) -> Option<Place> {
    if let Some(number) = linted.number(expr) {
        return Some(Place::Number(number));
    }
    if let Some(ticks) = linted.ticks(expr) {
        return Some(Place::Span(ticks));
    }
    match &linted.literal(expr)?.kind {
        ExprKind::Call(call) if call.name.text == "now" && call.arguments.is_empty() => Some(Place::FromNow(0.0)),
        ExprKind::Call(call) if ["now", "ago"].contains(&call.name.text.as_str()) => {
            let ticks = linted.ticks(tree::argument(call, 0)?)?;
            Some(Place::FromNow(if call.name.text == "ago" { -ticks } else { ticks }))
        }
        #[expect(clippy::cast_precision_loss, reason = "a bound on time is no exact tick")]
        ExprKind::Literal(Literal::Typed { ty, text }) if Type::from_name(&ty.text) == Some(Type::DateTime) => {
            parse_datetime(text).map(|ticks| Place::Moment(ticks as f64))
        }
        ExprKind::Binary { op: op @ (BinaryOp::Add | BinaryOp::Subtract), left, right, .. } => {
            let ticks = linted.ticks(right)? * if *op == BinaryOp::Add { 1.0 } else { -1.0 };
            match place(linted, left)? {
                Place::FromNow(from) => Some(Place::FromNow(from + ticks)),
                Place::Moment(from) => Some(Place::Moment(from + ticks)),
                Place::Number(_) | Place::Span(_) => None,
            }
        }
        _ => None,
    }
}
