//! `range x from a to b step c`.

use crate::ast::{Expr, OperatorKind};
use crate::grammar::{expressions, names};
use crate::parser::Parser;

pub(super) fn range(p: &mut Parser) -> OperatorKind {
    let name = names::name(p, "a column's name");
    let from = after(p, "from");
    let to = after(p, "to");
    let step = after(p, "step");
    OperatorKind::Range { name, from, to, step }
}

fn after(p: &mut Parser, word: &str) -> Expr {
    if p.expect_word(word) { expressions::expression(p) } else { expressions::missing(p) }
}
