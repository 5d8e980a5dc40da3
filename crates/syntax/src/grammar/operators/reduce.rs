//! `reduce by e with threshold = 0.1, characters = "-"`.

use super::options::{Allowed, options, property};
use crate::ast::OperatorKind;
use crate::grammar::{list, names};
use crate::parser::Parser;

pub(super) fn reduce(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    p.expect_word("by");
    let by = names::named_expr(p);
    let with = if p.eat_word("with").is_some() { list(p, property) } else { vec![] };
    OperatorKind::Reduce { options, by, with }
}
