//! Statements and what separates them.

use crate::ast::{Body, Query, Statement, StatementKind};
use crate::codes;
use crate::grammar::{commands, declarations, hints, names, pipes};
use crate::parser::Parser;
use crate::token::TokenKind;

/// A whole text.
pub(crate) fn query(p: &mut Parser) -> Query {
    let mut statements = vec![];
    while !p.is(TokenKind::End) {
        statements.push(statement(p));
        end_of_statement(p);
    }
    Query { statements }
}

/// One statement, without its semicolon.
pub(crate) fn statement(p: &mut Parser) -> Statement {
    let start = p.start();
    // Statements stand beside one another: the height of one is no part of the next.
    let measured = p.measure();
    let next_is_word = p.nth(1).kind == TokenKind::Word;
    let kind = match p.word() {
        "let" if names::length(p, 1).is_some() => declarations::let_(p),
        "set" if next_is_word => declarations::set(p),
        "alias" if p.nth_word(1) == "database" => declarations::alias(p),
        "restrict" if p.nth_word(1) == "access" => declarations::restrict(p),
        "declare" if p.nth_word(1) == "query_parameters" => declarations::query_parameters(p),
        "declare" if p.nth_word(1) == "pattern" => declarations::pattern(p),
        _ if p.is(TokenKind::Dot) => commands::command(p),
        _ => StatementKind::Expression(pipes::pipe(p)),
    };
    p.beside(measured);
    Statement { kind, span: p.span_from(start) }
}

/// A semicolon or the end. Where the semicolon is forgotten, the next line is still read as a statement.
fn end_of_statement(p: &mut Parser) {
    if p.eat(TokenKind::Semicolon).is_some() || p.is(TokenKind::End) {
        return;
    }
    if p.begins_line() && p.is(TokenKind::Word) {
        if let Some(error) = p.expected(codes::EXPECTED_TOKEN, "`;`") {
            error.hints.push("statements are separated by `;`".to_string());
        }
        return;
    }
    left_over(p);
    // A closing bracket without its opening one does not end the statement.
    loop {
        p.skip_until(|_| false);
        match p.kind() {
            TokenKind::Semicolon => {
                p.take();
                return;
            }
            TokenKind::End => return,
            _ => p.take(),
        };
    }
}

/// Says that the next token has no place here.
pub(crate) fn left_over(p: &mut Parser) {
    if !p.tells() {
        return;
    }
    let message = format!("unexpected {}", p.found());
    let hint = hints::unexpected(p);
    if let Some(error) = p.error_here(codes::UNEXPECTED, message) {
        error.hints.extend(hint);
    }
}

/// `{ statement; … expression }`.
pub(crate) fn body(p: &mut Parser) -> Body {
    let start = p.start();
    if !p.expect(TokenKind::OpenBrace) {
        return Body { statements: vec![], expression: None, span: p.span_from(start) };
    }
    let mut body =
        p.deeper(inside_of_body).unwrap_or(Body { statements: vec![], expression: None, span: p.span_from(start) });
    p.expect(TokenKind::CloseBrace);
    body.span = p.span_from(start);
    body
}

fn may_stand_in_body(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Let { .. } | StatementKind::QueryParameters { .. } | StatementKind::Expression(_) => true,
        StatementKind::Set { .. }
        | StatementKind::Alias { .. }
        | StatementKind::Restrict { .. }
        | StatementKind::Pattern(_)
        | StatementKind::Command { .. } => false,
    }
}

fn inside_of_body(p: &mut Parser) -> Body {
    let mut body = Body { statements: vec![], expression: None, span: p.span_from(p.start()) };
    while !matches!(p.kind(), TokenKind::CloseBrace | TokenKind::End) {
        let measured = p.measure();
        let place = p.place();
        let statement = statement(p);
        p.beside(measured);
        if body.expression.is_some() {
            p.error_at(codes::UNEXPECTED, statement.span, "unexpected statement: the expression is the last of a body");
        } else if !may_stand_in_body(&statement.kind) {
            p.error_at(codes::UNEXPECTED, statement.span, "unexpected statement: a body has `let` statements only");
        }
        match statement.kind {
            StatementKind::Expression(expression) if body.expression.is_none() => {
                body.expression = Some(Box::new(expression))
            }
            _ => body.statements.push(statement),
        }
        if p.eat(TokenKind::Semicolon).is_none() && !p.is(TokenKind::CloseBrace) {
            p.expected(codes::EXPECTED_TOKEN, "`;` or `}`");
            p.skip_until(|_| false);
            if p.eat(TokenKind::Semicolon).is_none() || p.place() == place {
                break;
            }
        }
    }
    if body.expression.is_none() && body.statements.is_empty() && p.is(TokenKind::End) {
        p.expected(codes::MISSING, "an expression");
    }
    body
}
