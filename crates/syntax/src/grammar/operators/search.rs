//! `search kind=case_sensitive in (T, …) predicate`; the predicate knows `"text"`, `column: "text"` and `*`.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::{expressions, pipes};
use crate::parser::Parser;

pub(super) fn search(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let tables = if p.eat_word("in").is_some() { pipes::tables(p) } else { vec![] };
    OperatorKind::Search { options, tables, predicate: expressions::expression(p) }
}
