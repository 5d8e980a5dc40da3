//! `invoke f(…)`.

use crate::ast::OperatorKind;
use crate::grammar::expressions;
use crate::parser::Parser;

pub(super) fn invoke(p: &mut Parser) -> OperatorKind {
    OperatorKind::Invoke { call: expressions::path(p) }
}
