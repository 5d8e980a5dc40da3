//! `as name`: gives what comes in a name for the rest of the statement.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::names;
use crate::parser::Parser;

pub(super) fn as_(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    OperatorKind::As { options, name: names::name(p, "a name") }
}
