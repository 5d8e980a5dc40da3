//! `summarize n = count() by k, bin(t, 1h)`; the older form ends in `bin = 1h`.

use super::options::{Allowed, opt_named_list, options};
use crate::ast::OperatorKind;
use crate::grammar::{expressions, list, names};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn summarize(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    let aggregates = opt_named_list(p);
    let mut by = vec![];
    let mut bin = None;
    if p.eat_word("by").is_some() {
        by = list(p, names::named_expr);
        if p.is_word("bin") && p.nth(1).kind == TokenKind::Equal {
            p.take();
            p.take();
            bin = Some(expressions::expression(p));
        }
    }
    OperatorKind::Summarize { options, aggregates, by, bin }
}
