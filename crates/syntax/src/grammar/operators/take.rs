//! `take n`, also spelt `limit n`.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::expressions;
use crate::parser::Parser;

pub(super) fn take(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&["kind"]));
    OperatorKind::Take { options, count: expressions::expression(p) }
}
