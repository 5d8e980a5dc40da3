//! `union kind=outer withsource=S T, Sec*, (Q)`.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::{expressions, list};
use crate::parser::Parser;

pub(super) fn union(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    OperatorKind::Union { options, tables: list(p, expressions::entity) }
}
