//! `invoke f(…)`.

use crate::ast::OperatorKind;
use crate::grammar::primary;
use crate::parser::Parser;

pub(super) fn invoke(p: &mut Parser) -> OperatorKind {
    OperatorKind::Invoke { call: primary::required_call(p) }
}
