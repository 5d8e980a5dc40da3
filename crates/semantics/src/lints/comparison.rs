//! A test of text, of whatever form: what is tested, how, and against which constants.
//!
//! In: an expression. Out: its parts, if the constants are known.

use syntax::Span;
use syntax::ast::{BinaryOp, Case, Expr, ExprKind, InTest, TextTest};

use super::Linted;
use super::linted::Text;

/// How a text is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// `==`, `=~`, `in` and their negations.
    Equal,
    /// `has`, `has_any`, `has_all`.
    Has,
    /// `contains`, `startswith`, `hasprefix`, `matches regex` …
    Other(TextTest),
}

/// A test of text.
#[derive(Debug, Clone)]
pub(super) struct Comparison<'e> {
    pub(super) subject: &'e Expr,
    pub(super) how: How,
    pub(super) case: Case,
    pub(super) is_negated: bool,
    /// The operator's place.
    pub(super) op_span: Span,
    /// What it is compared with.
    pub(super) values: Vec<Text>,
}

impl<'e> Comparison<'e> {
    /// The test that an expression is, if all its constants are known texts.
    pub(super) fn of(linted: &Linted<'_>, expr: &'e Expr) -> Option<Self> {
        match &expr.kind {
            ExprKind::Binary { op, op_span, left, right } => {
                let (how, case, is_negated) = operator(*op)?;
                let of = |subject, values| Self { subject, how, case, is_negated, op_span: *op_span, values };
                match linted.texts(right) {
                    Some(values) => Some(of(left, values)),
                    None if how == How::Equal => Some(of(right, linted.texts(left)?)),
                    None => None,
                }
            }
            ExprKind::In { test, case, negated, op_span, value, list } => {
                let how = match test {
                    InTest::In => How::Equal,
                    InTest::HasAny | InTest::HasAll => How::Has,
                };
                let values = linted.list_texts(list)?;
                Some(Self { subject: value, how, case: *case, is_negated: *negated, op_span: *op_span, values })
            }
            _ => None,
        }
    }
}

fn operator(op: BinaryOp) -> Option<(How, Case, bool)> {
    Some(match op {
        BinaryOp::Equal => (How::Equal, Case::Sensitive, false),
        BinaryOp::NotEqual => (How::Equal, Case::Sensitive, true),
        BinaryOp::EqualIgnoringCase => (How::Equal, Case::Insensitive, false),
        BinaryOp::NotEqualIgnoringCase => (How::Equal, Case::Insensitive, true),
        BinaryOp::Text { test: TextTest::Has, case, negated } => (How::Has, case, negated),
        BinaryOp::Text { test, case, negated } => (How::Other(test), case, negated),
        _ => return None,
    })
}
