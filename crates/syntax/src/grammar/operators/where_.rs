//! `where p`, also spelt `filter p`.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::expressions;
use crate::parser::Parser;

pub(super) fn where_(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    OperatorKind::Where { options, predicate: expressions::expression(p) }
}
