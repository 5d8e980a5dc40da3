//! `print a = x, …`.

use crate::ast::OperatorKind;
use crate::grammar::{list, names};
use crate::parser::Parser;

pub(super) fn print(p: &mut Parser) -> OperatorKind {
    OperatorKind::Print { columns: list(p, names::named_expr) }
}
