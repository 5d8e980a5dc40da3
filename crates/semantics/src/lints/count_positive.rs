//! `count() > 0` of a group: a group has at least one row.

use syntax::Diagnostic;
use syntax::ast::{BinaryOp, ExprKind, OperatorKind};

use super::stages::each_stage;
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::COUNT_POSITIVE,
    name: "count-positive",
    summary: "a test that the count of a group is positive, which it always is",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        let mut is_grouped = false;
        each_stage(pipe, |_, operator, definitions| match &operator.kind {
            OperatorKind::Summarize { by, .. } => is_grouped = !by.is_empty(),
            // Rows without a partner have no count.
            OperatorKind::Join(_) | OperatorKind::Union { .. } | OperatorKind::Lookup(_) => is_grouped = false,
            OperatorKind::Where { predicate, .. } if is_grouped => {
                let mut parts = vec![];
                tree::conjuncts(predicate, &mut parts);
                for part in parts {
                    let ExprKind::Binary { op, left, right, .. } = &part.kind else { continue };
                    let least = linted.number(right);
                    let is_always = match op {
                        BinaryOp::Greater | BinaryOp::NotEqual => least == Some(0.0),
                        BinaryOp::GreaterOrEqual => least.is_some_and(|least| least <= 1.0),
                        _ => false,
                    };
                    let is_count = matches!(&definitions.resolve(left).kind, ExprKind::Call(call) if call.name.text == "count" && call.arguments.is_empty());
                    if is_always && is_count {
                        let message = "a group has at least one row, so this always holds";
                        found.push(Diagnostic::warning(codes::COUNT_POSITIVE, part.span, message));
                    }
                }
            }
            _ => {}
        });
    });
}
