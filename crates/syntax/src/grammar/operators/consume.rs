//! `consume`: reads everything, answers nothing.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::parser::Parser;

pub(super) fn consume(p: &mut Parser) -> OperatorKind {
    OperatorKind::Consume { options: options(p, Allowed::Any) }
}
