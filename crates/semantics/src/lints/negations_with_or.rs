//! `x != a or x != b` always holds, and `x == a and x == b` never.

use syntax::ast::{BinaryOp, Expr, ExprKind, OperatorKind, TextTest};
use syntax::{Diagnostic, Fix, Span};

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, tree};

/// Tests of one chain that are compared with each other.
const PARTS_MAX: usize = 200;

pub(super) const LINT: Lint = Lint {
    code: codes::NEGATIONS_WITH_OR,
    name: "negations-with-or",
    summary: "exclusions with `or` between them, of which one always holds; equalities with `and`, which never hold",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_operator(linted.query, |operator| {
        if let OperatorKind::Where { predicate, .. } = &operator.kind {
            groups(linted, predicate, found);
        }
    });
}

/// Looks at each chain of `or`, and of `and`, of a predicate.
fn groups(linted: &Linted<'_>, predicate: &Expr, found: &mut Vec<Diagnostic>) {
    let mut conjuncts = vec![];
    tree::conjuncts(predicate, &mut conjuncts);
    found.extend(equalities(linted, &conjuncts));
    for conjunct in conjuncts {
        let mut disjuncts = vec![];
        tree::disjuncts(conjunct, &mut disjuncts);
        if disjuncts.len() > 1 {
            found.extend(negations(linted, conjunct, &disjuncts));
            disjuncts.into_iter().for_each(|disjunct| groups(linted, disjunct, found));
        }
    }
}

/// Of two exclusions of one thing, one always holds.
fn negations(linted: &Linted<'_>, whole: &Expr, parts: &[&Expr]) -> Option<Diagnostic> {
    let tests: Vec<Comparison<'_>> =
        parts.iter().take(PARTS_MAX).filter_map(|part| Comparison::of(linted, part)).collect();
    let negated =
        tests.iter().enumerate().filter(|(_, test)| test.is_negated && test.how != How::Other(TextTest::MatchesRegex));
    for (at, first) in negated {
        let is_other = |second: &&Comparison<'_>| {
            second.is_negated
                && second.how == first.how
                && is_same(linted, first.subject, second.subject)
                && are_disjoint(first, second)
        };
        let Some(second) = tests.iter().skip(at + 1).find(is_other) else { continue };
        let message = match first.how {
            How::Equal | How::Other(TextTest::StartsWith | TextTest::EndsWith) => {
                "one of these exclusions always holds: `or` between them leaves nothing out"
            }
            _ => "`or` between exclusions leaves out only what has all of them",
        };
        let diagnostic = Diagnostic::warning(codes::NEGATIONS_WITH_OR, second.op_span, message)
            .label(first.op_span, "the other one");
        return Some(diagnostic.hint("use `and`: none of the values is wanted").fix(with_and(
            linted,
            whole,
            parts.len(),
        )?));
    }
    None
}

/// No text is equal to two.
fn equalities(linted: &Linted<'_>, parts: &[&Expr]) -> Option<Diagnostic> {
    let tests: Vec<Comparison<'_>> =
        parts.iter().take(PARTS_MAX).filter_map(|part| Comparison::of(linted, part)).collect();
    for (at, first) in tests.iter().enumerate().filter(|(_, test)| !test.is_negated && test.how == How::Equal) {
        let is_other = |second: &&Comparison<'_>| {
            !second.is_negated
                && second.how == How::Equal
                && is_same(linted, first.subject, second.subject)
                && are_disjoint(first, second)
        };
        if let Some(second) = tests.iter().skip(at + 1).find(is_other) {
            let message = "no value is equal to both: this never holds";
            return Some(
                Diagnostic::warning(codes::NEGATIONS_WITH_OR, second.op_span, message)
                    .label(first.op_span, "the other one"),
            );
        }
    }
    None
}

fn is_same(linted: &Linted<'_>, left: &Expr, right: &Expr) -> bool {
    let (left, right) = (tree::bare(left), tree::bare(right));
    let is_simple =
        matches!(left.kind, ExprKind::Name(_) | ExprKind::Member { .. } | ExprKind::Index { .. } | ExprKind::Call(_));
    is_simple && left.span.text(linted.text) == right.span.text(linted.text)
}

/// Do two tests have no value in common, without case?
fn are_disjoint(first: &Comparison<'_>, second: &Comparison<'_>) -> bool {
    let same = |value: &str| second.values.iter().any(|other| other.value.to_lowercase() == value.to_lowercase());
    !first.values.is_empty() && !second.values.is_empty() && !first.values.iter().any(|value| same(&value.value))
}

/// The `or` of a chain of two, made an `and`.
fn with_and(linted: &Linted<'_>, whole: &Expr, parts: usize) -> Option<Fix> {
    let mut ors: Vec<Span> = vec![];
    tree::each_inside(whole, |expr| {
        if let ExprKind::Binary { op: BinaryOp::Or, op_span, .. } = &expr.kind {
            ors.push(*op_span);
        }
    });
    let is_or = ors.iter().all(|span| span.text(linted.text).eq_ignore_ascii_case("or"));
    (is_or && ors.len() + 1 == parts).then(|| Fix {
        title: "use `and`".to_owned(),
        edits: ors.into_iter().map(|span| (span, "and".to_owned())).collect(),
        is_safe: false,
    })
}
