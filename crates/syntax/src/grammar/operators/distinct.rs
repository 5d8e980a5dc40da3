//! `distinct a, b` or `distinct *`.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::{list, names};
use crate::parser::Parser;

pub(super) fn distinct(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    OperatorKind::Distinct { options, columns: list(p, names::named_expr) }
}
