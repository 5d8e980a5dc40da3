//! `facet by a, b with ( … )`; one operator may stand without parentheses.

use crate::ast::{OperatorKind, Subquery};
use crate::grammar::{expressions, list, operators, pipes};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn facet(p: &mut Parser) -> OperatorKind {
    p.expect_word("by");
    let by = list(p, expressions::path);
    let with = p.eat_word("with").map(|_| with(p));
    OperatorKind::Facet { by, with }
}

fn with(p: &mut Parser) -> Subquery {
    if p.is(TokenKind::OpenParen) {
        return pipes::subquery(p);
    }
    let start = p.start();
    let operators = p.deeper(operators::operator).into_iter().collect();
    Subquery { operators, span: p.span_from(start) }
}
