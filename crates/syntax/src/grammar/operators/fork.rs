//! `fork name = ( … ) ( … )`.

use crate::ast::OperatorKind;
use crate::grammar::{names, pipes};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn fork(p: &mut Parser) -> OperatorKind {
    let mut branches = vec![];
    loop {
        let measured = p.measure();
        let name = names::opt_name_equals(p);
        branches.push((name, pipes::subquery(p)));
        p.beside(measured);
        let goes_on = p.is(TokenKind::OpenParen)
            || names::length(p, 0).is_some_and(|length| p.nth(length).kind == TokenKind::Equal);
        if !goes_on {
            return OperatorKind::Fork { branches };
        }
    }
}
