//! `extend a = x, …`.

use crate::ast::OperatorKind;
use crate::grammar::{list, names};
use crate::parser::Parser;

pub(super) fn extend(p: &mut Parser) -> OperatorKind {
    OperatorKind::Extend { columns: list(p, names::named_expr) }
}
