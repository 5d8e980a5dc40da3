//! Tabular expressions: a source and operators, or operators alone.

use crate::ast::{Expr, ExprKind, Operator, Subquery};
use crate::grammar::{closed_list, expressions, operators, primary};
use crate::parser::Parser;
use crate::token::TokenKind;

/// A query: `T | where …`, `print …`, or a scalar expression.
pub(crate) fn pipe(p: &mut Parser) -> Expr {
    let start = p.start();
    let source = if primary::starts_source_operator(p) { None } else { Some(expressions::expression(p)) };
    pipe_from(p, start, source)
}

/// The operators after a source that was read already.
pub(crate) fn pipe_from(p: &mut Parser, start: u32, source: Option<Expr>) -> Expr {
    let operators = match &source {
        None => operators(p),
        Some(_) if p.eat(TokenKind::Bar).is_some() => operators(p),
        Some(_) => vec![],
    };
    match source {
        Some(source) if operators.is_empty() => source,
        source => Expr { kind: ExprKind::Pipe { source: source.map(Box::new), operators }, span: p.span_from(start) },
    }
}

/// `operator | operator …`.
fn operators(p: &mut Parser) -> Vec<Operator> {
    let mut found = vec![];
    loop {
        let measured = p.measure();
        let operator = p.deeper(operators::operator);
        p.beside(measured);
        found.extend(operator);
        if p.eat(TokenKind::Bar).is_none() {
            return found;
        }
    }
}

/// `( operator | operator … )` of an operator such as `mv-apply`.
pub(crate) fn subquery(p: &mut Parser) -> Subquery {
    let start = p.start();
    if !p.expect(TokenKind::OpenParen) {
        return Subquery { operators: vec![], span: p.span_from(start) };
    }
    let operators = operators(p);
    p.expect(TokenKind::CloseParen);
    Subquery { operators, span: p.span_from(start) }
}

/// `in (T, U*, (Q | …))` of `find` and `search`: tables, wildcards, queries.
pub(crate) fn tables(p: &mut Parser) -> Vec<Expr> {
    if !p.expect(TokenKind::OpenParen) {
        return vec![];
    }
    closed_list(p, TokenKind::CloseParen, false, table)
}

/// One table of a list: `T`, `Sec*`, `database("d").T`, `(Q)`, and in `find` and `search` also `T | as name`.
pub(crate) fn table(p: &mut Parser) -> Expr {
    let start = p.start();
    let table = expressions::entity(p);
    if p.is(TokenKind::Bar) { pipe_from(p, start, Some(table)) } else { table }
}
