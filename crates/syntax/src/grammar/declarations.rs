//! `let`, `set`, `alias`, `restrict`, `declare`.

use crate::ast::{Expr, ExprKind, Parameter, PatternCase, PatternDeclaration, StatementKind, TypeExpr};
use crate::codes;
use crate::grammar::{closed_list, dynamic, expressions, literals, names, pipes, schemas, statements};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::token::TokenKind;

/// `let name = value`; the value may be a lambda.
pub(crate) fn let_(p: &mut Parser) -> StatementKind {
    p.take();
    let name = names::checked_name(p, Place::Bare, "a name");
    let value = if p.expect(TokenKind::Equal) {
        opt_lambda(p).unwrap_or_else(|| pipes::pipe(p))
    } else {
        expressions::missing(p)
    };
    StatementKind::Let { name, value }
}

/// `(a: int) { … }` or `view () { … }`, if it is one: parentheses alone are an expression.
fn opt_lambda(p: &mut Parser) -> Option<Expr> {
    let start = p.start();
    let view = p.is_word("view") && p.nth(1).kind == TokenKind::OpenParen;
    let open = usize::from(view);
    if p.nth(open).kind != TokenKind::OpenParen {
        return None;
    }
    let is_empty = p.nth(open + 1).kind == TokenKind::CloseParen && p.nth(open + 2).kind == TokenKind::OpenBrace;
    let has_parameter =
        names::length(p, open + 1).is_some_and(|length| p.nth(open + 1 + length).kind == TokenKind::Colon);
    if !view && !is_empty && !has_parameter {
        return None;
    }
    for _ in 0..=open {
        p.take();
    }
    let parameters = closed_list(p, TokenKind::CloseParen, false, parameter);
    let body = statements::body(p);
    Some(Expr { kind: ExprKind::Lambda { view, parameters, body }, span: p.span_from(start) })
}

/// `name: type = default`.
pub(crate) fn parameter(p: &mut Parser) -> Parameter {
    let name = names::checked_name(p, Place::Declared, "a parameter's name");
    p.expect(TokenKind::Colon);
    let ty = parameter_type(p);
    let default = p.eat(TokenKind::Equal).map(|_| literal(p));
    Parameter { name, ty, default }
}

fn parameter_type(p: &mut Parser) -> TypeExpr {
    let start = p.start();
    if !p.is(TokenKind::OpenParen) {
        return TypeExpr::Scalar(names::name(p, "a type"));
    }
    if p.nth(1).kind == TokenKind::Star && p.nth(2).kind == TokenKind::CloseParen {
        p.take();
        p.take();
        p.take();
        return TypeExpr::AnyTable(p.span_from(start));
    }
    let columns = schemas::schema(p);
    TypeExpr::Table(columns, p.span_from(start))
}

/// A default value is a literal.
fn literal(p: &mut Parser) -> Expr {
    let start = p.start();
    if p.is_word("dynamic") && p.nth(1).kind == TokenKind::OpenParen {
        let literal = dynamic::dynamic(p);
        return Expr { kind: ExprKind::Literal(literal), span: p.span_from(start) };
    }
    literals::opt_signed_literal(p).unwrap_or_else(|| {
        p.expected(codes::MISSING, "a literal");
        expressions::missing(p)
    })
}

/// `set option`, `set option = value`.
pub(crate) fn set(p: &mut Parser) -> StatementKind {
    p.take();
    let name = names::name(p, "an option's name");
    let value = p.eat(TokenKind::Equal).map(|_| expressions::expression(p));
    StatementKind::Set { name, value }
}

/// `alias database name = cluster("c").database("d")`.
pub(crate) fn alias(p: &mut Parser) -> StatementKind {
    p.take();
    p.take();
    let name = names::name(p, "a name");
    p.expect(TokenKind::Equal);
    StatementKind::Alias { name, value: expressions::expression(p) }
}

/// `restrict access to (a, database("d").*)`.
pub(crate) fn restrict(p: &mut Parser) -> StatementKind {
    p.take();
    p.take();
    p.expect_word("to");
    StatementKind::Restrict { entities: pipes::tables(p) }
}

/// `declare query_parameters(name: type = default, …)`.
pub(crate) fn query_parameters(p: &mut Parser) -> StatementKind {
    p.take();
    p.take();
    let parameters =
        if p.expect(TokenKind::OpenParen) { closed_list(p, TokenKind::CloseParen, false, parameter) } else { vec![] };
    StatementKind::QueryParameters { parameters }
}

/// `declare pattern name = (a: string)[b: string] { ("x").["y"] = { … }; }`.
pub(crate) fn pattern(p: &mut Parser) -> StatementKind {
    p.take();
    p.take();
    let name = names::name(p, "a pattern's name");
    let mut pattern = PatternDeclaration { name, parameters: vec![], path: None, cases: vec![] };
    if p.eat(TokenKind::Equal).is_none() {
        return StatementKind::Pattern(pattern);
    }
    if p.expect(TokenKind::OpenParen) {
        pattern.parameters = closed_list(p, TokenKind::CloseParen, false, parameter);
    }
    if p.eat(TokenKind::OpenBracket).is_some() {
        pattern.path = Some(parameter(p));
        p.expect(TokenKind::CloseBracket);
    }
    if p.expect(TokenKind::OpenBrace) {
        while p.is(TokenKind::OpenParen) {
            pattern.cases.push(pattern_case(p));
        }
        p.expect(TokenKind::CloseBrace);
    }
    StatementKind::Pattern(pattern)
}

fn pattern_case(p: &mut Parser) -> PatternCase {
    p.take();
    let arguments = closed_list(p, TokenKind::CloseParen, false, expressions::expression);
    let mut path = None;
    if p.eat(TokenKind::Dot).is_some() && p.expect(TokenKind::OpenBracket) {
        path = Some(expressions::expression(p));
        p.expect(TokenKind::CloseBracket);
    }
    p.expect(TokenKind::Equal);
    let body = statements::body(p);
    p.eat(TokenKind::Semicolon);
    PatternCase { arguments, path, body }
}
