//! `serialize a = x, …`, or bare.

use super::options::{Allowed, opt_named_list, options};
use crate::ast::OperatorKind;
use crate::parser::Parser;

pub(super) fn serialize(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    OperatorKind::Serialize { options, columns: opt_named_list(p) }
}
