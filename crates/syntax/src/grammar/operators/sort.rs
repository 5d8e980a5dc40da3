//! `sort by a asc nulls first, b`, also spelt `order by`.

use super::options::{Allowed, options, ordered};
use crate::ast::OperatorKind;
use crate::grammar::list;
use crate::parser::Parser;

pub(super) fn sort(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let by = if p.expect_word("by") { list(p, ordered) } else { vec![] };
    OperatorKind::Sort { options, by }
}
