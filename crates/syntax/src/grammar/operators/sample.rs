//! `sample n` and `sample-distinct n of e`.

use crate::ast::OperatorKind;
use crate::grammar::{expressions, names};
use crate::parser::Parser;

pub(super) fn sample(p: &mut Parser) -> OperatorKind {
    OperatorKind::Sample { count: expressions::expression(p) }
}

pub(super) fn sample_distinct(p: &mut Parser) -> OperatorKind {
    let count = expressions::expression(p);
    p.expect_word("of");
    OperatorKind::SampleDistinct { count, of: names::named_expr(p) }
}
