//! Whole numbers divided by whole numbers where a fraction is wanted: the fraction is cut off.

use syntax::ast::{BinaryOp, Expr, ExprKind, Literal};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes, tree};
use crate::types::Type;

pub(super) const LINT: Lint = Lint {
    code: codes::INTEGER_DIVISION,
    name: "integer-division",
    summary: "a division of whole numbers where a fraction is wanted, which is cut off",
    occasion: Occasion::Always,
    check,
};

/// From this factor on a quotient is a share in percent or more.
const FACTOR_MIN: f64 = 10.0;

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some((quotient, wants, because)) = wanted(linted, expr) else { return };
        let Some(left) = whole_quotient(linted, quotient) else { return };
        let fix = Fix {
            title: "divide as reals".to_owned(),
            edits: vec![(left.span, format!("toreal({})", left.span.text(linted.text)))],
            is_safe: false,
        };
        let message = "both numbers are whole, so the fraction is cut off: 1 / 2 is 0";
        found.push(Diagnostic::warning(codes::INTEGER_DIVISION, quotient.span, message).label(wants, because).fix(fix));
    });
}

/// A division whose fraction something asks for: where, and why.
fn wanted<'e>(linted: &Linted<'_>, expr: &'e Expr) -> Option<(&'e Expr, Span, &'static str)> {
    match &expr.kind {
        ExprKind::Call(call) => {
            let first = tree::argument(call, 0)?;
            let because = match call.name.text.as_str() {
                "round" => {
                    let digits = linted.number(tree::argument(call, 1)?)?;
                    (digits >= 1.0).then_some("digits behind the point are wanted here")?
                }
                "todouble" | "toreal" | "todecimal" => "it is made a real only after the division",
                _ => return None,
            };
            Some((tree::bare(first), call.name.span, because))
        }
        ExprKind::Binary { op: BinaryOp::Multiply, op_span, left, right } => {
            let factor = linted.number(right)?;
            (factor >= FACTOR_MIN).then_some((
                tree::bare(left),
                *op_span,
                "a share is made a percentage only after the division",
            ))
        }
        ExprKind::Binary { op, op_span, left, right } => {
            let is_order =
                matches!(op, BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual);
            let ExprKind::Literal(Literal::Real(real)) = &tree::bare(right).kind else { return None };
            (is_order && real.fract() != 0.0).then_some((tree::bare(left), *op_span, "it is compared with a fraction"))
        }
        _ => None,
    }
}

fn whole_quotient<'e>(linted: &Linted<'_>, expr: &'e Expr) -> Option<&'e Expr> {
    let ExprKind::Binary { op: BinaryOp::Divide, left, right, .. } = &expr.kind else { return None };
    let is_whole = |expr: &Expr| linted.ty(expr).is_some_and(Type::is_whole);
    (is_whole(left) && is_whole(right)).then_some(left)
}
