//! `count`, `count as Name`.

use crate::ast::OperatorKind;
use crate::grammar::names;
use crate::parser::Parser;

pub(super) fn count(p: &mut Parser) -> OperatorKind {
    let name = p.eat_word("as").map(|_| names::name(p, "a name"));
    OperatorKind::Count { name }
}
