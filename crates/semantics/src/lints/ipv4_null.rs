//! A test of IPv4 that is negated: for an address of IPv6 it is null, and the row is gone.

use syntax::Diagnostic;
use syntax::ast::{BinaryOp, Call, Expr, ExprKind, Literal, OperatorKind};

use super::stages::{Definitions, each_stage};
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::IPV4_NULL,
    name: "ipv4-null",
    summary: "a negated test of IPv4 addresses, which drops all of IPv6",
    occasion: Occasion::Always,
    check,
};

/// Functions that are null for what is no IPv4 address.
const TESTS: [&str; 4] = ["ipv4_is_private", "ipv4_is_in_range", "ipv4_is_match", "ipv4_is_in_any_range"];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        each_stage(pipe, |_, operator, definitions| {
            let OperatorKind::Where { predicate, .. } = &operator.kind else { return };
            let mut parts = vec![];
            tree::conjuncts(predicate, &mut parts);
            for part in parts {
                let Some(call) = negated(definitions, part) else { continue };
                let function = &call.name.text;
                let message = format!("for an address of IPv6 `{function}` is null, so that this drops the row");
                found.push(
                    Diagnostic::warning(codes::IPV4_NULL, part.span, message)
                        .hint(format!("keep what is no IPv4 address: `{function}(…) != true`")),
                );
            }
        });
    });
}

/// The test that a condition says must not hold, in a form that is null for null.
fn negated<'e>(definitions: &Definitions<'e>, part: &'e Expr) -> Option<&'e Call> {
    let tested = match &part.kind {
        ExprKind::Call(call) if call.name.text == "not" => tree::argument(call, 0)?,
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => {
            matches!(tree::bare(right).kind, ExprKind::Literal(Literal::Bool(false))).then_some(left)?
        }
        _ => return None,
    };
    tree::call(definitions.resolve(tested)).filter(|call| TESTS.contains(&call.name.text.as_str()))
}
