//! Primary expressions: literals, names, calls, parentheses, tables written in the query.

use crate::ast::{Argument, Call, Expr, ExprKind, TypeOf};
use crate::codes;
use crate::grammar::{closed_list, dynamic, expressions, list, literals, names, operators, pipes, schemas};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::token::TokenKind;
use crate::words;

/// Functions whose argument is a query; elsewhere a query as an argument stands in parentheses of its own.
const QUERY_FUNCTIONS: [&str; 3] = ["materialize", "toscalar", "totable"];

/// Can an operand begin here?
pub(crate) fn starts_operand(p: &Parser) -> bool {
    match p.kind() {
        TokenKind::Word => !words::ends_operand(p.word()),
        TokenKind::Long
        | TokenKind::Real
        | TokenKind::Timespan
        | TokenKind::Guid
        | TokenKind::Text
        | TokenKind::Typed
        | TokenKind::OpenParen
        | TokenKind::Star
        | TokenKind::Plus
        | TokenKind::Minus => true,
        TokenKind::OpenBracket => names::length(p, 0).is_some(),
        _ => false,
    }
}

/// A primary expression, or `Missing` with an error.
pub(crate) fn primary(p: &mut Parser) -> Expr {
    if let Some(literal) = literals::opt_literal(p) {
        return literal;
    }
    let start = p.start();
    let kind = match p.kind() {
        TokenKind::OpenParen => return paren(p),
        TokenKind::OpenBracket if names::length(p, 0).is_some() => name_or_call(p),
        TokenKind::Star => {
            p.take();
            ExprKind::Star
        }
        TokenKind::Word if !words::ends_operand(p.word()) => word(p),
        _ => {
            p.expected(codes::MISSING, "an expression");
            return expressions::missing(p);
        }
    };
    Expr { kind, span: p.span_from(start) }
}

fn word(p: &mut Parser) -> ExprKind {
    let next = p.nth(1).kind;
    match p.word() {
        "datatable" if next == TokenKind::OpenParen || next == TokenKind::Word => schemas::datatable(p),
        "externaldata" | "external_data" if next == TokenKind::OpenParen || next == TokenKind::Word => {
            schemas::external_data(p)
        }
        "dynamic" if next == TokenKind::OpenParen => ExprKind::Literal(dynamic::dynamic(p)),
        "typeof" if next == TokenKind::OpenParen => type_of(p),
        "inline_external_table" if next == TokenKind::OpenParen || next == TokenKind::Word => {
            schemas::inline_external_table(p)
        }
        "entity_group" if next == TokenKind::OpenBracket => entity_group(p),
        _ => name_or_call(p),
    }
}

fn name_or_call(p: &mut Parser) -> ExprKind {
    if p.nth(1).kind != TokenKind::OpenParen {
        names::check(p, Place::Read);
    }
    let name = names::name(p, "a name");
    if !p.is(TokenKind::OpenParen) {
        return ExprKind::Name(name);
    }
    let arguments = if QUERY_FUNCTIONS.contains(&name.text.as_str()) { query_arguments(p) } else { arguments(p) };
    ExprKind::Call(Call { name, arguments })
}

/// A path that ends in a call, as plugins and `invoke` ask for.
pub(crate) fn required_call(p: &mut Parser) -> Expr {
    let start = p.place();
    let path = expressions::path(p);
    let is_call = matches!(path.kind, ExprKind::Call(_) | ExprKind::MemberCall { .. });
    if !is_call && p.place() > start {
        p.error_at(codes::MISSING, path.span, "expected a call, `name(…)`");
    }
    path
}

/// `(argument, name = argument, …)`; the caller saw the parenthesis.
pub(crate) fn arguments(p: &mut Parser) -> Vec<Argument> {
    p.take();
    closed_list(p, TokenKind::CloseParen, false, argument)
}

fn query_arguments(p: &mut Parser) -> Vec<Argument> {
    p.take();
    closed_list(p, TokenKind::CloseParen, false, |p| Argument { name: None, value: pipes::pipe(p) })
}

fn argument(p: &mut Parser) -> Argument {
    let name = names::opt_name_equals(p);
    let start = p.start();
    let value = expressions::expression(p);
    if !p.is(TokenKind::Bar) || p.begins_line() {
        return Argument { name, value };
    }
    if let Some(error) = p.expected(codes::EXPECTED_TOKEN, "`)`") {
        error.hints.push("a query as an argument stands in parentheses of its own: `f((T | take 5))`".to_string());
    }
    Argument { name, value: pipes::pipe_from(p, start, Some(value)) }
}

/// `(query)`, or `(a, b)` where a list may stand.
fn paren(p: &mut Parser) -> Expr {
    let start = p.start();
    p.take();
    if p.is(TokenKind::Star) && p.nth(1).kind == TokenKind::CloseParen {
        p.expected(codes::MISSING, "an expression");
    }
    let inner = p.deeper(pipes::pipe).unwrap_or_else(|| expressions::missing(p));
    let kind = if p.is(TokenKind::Comma) {
        p.expected(codes::EXPECTED_TOKEN, "`)`");
        p.take();
        let mut items = vec![inner];
        items.extend(list(p, expressions::expression));
        ExprKind::List(items)
    } else {
        ExprKind::Paren(Box::new(inner))
    };
    p.expect(TokenKind::CloseParen);
    Expr { kind, span: p.span_from(start) }
}

/// `typeof(string)`, `typeof(a: string, *)`.
fn type_of(p: &mut Parser) -> ExprKind {
    p.take();
    p.take();
    let is_scalar = p.is(TokenKind::Word) && p.nth(1).kind == TokenKind::CloseParen;
    if is_scalar {
        let ty = names::name(p, "a type");
        p.expect(TokenKind::CloseParen);
        return ExprKind::TypeOf(TypeOf::Scalar(ty));
    }
    let (columns, star) = schemas::columns_and_star(p);
    ExprKind::TypeOf(TypeOf::Columns { columns, star })
}

/// `entity_group [a, b]` has the tree of a call, `entity_group(a, b)`.
fn entity_group(p: &mut Parser) -> ExprKind {
    let name = names::name(p, "a name");
    p.take();
    let arguments =
        closed_list(p, TokenKind::CloseBracket, false, |p| Argument { name: None, value: expressions::entity(p) });
    ExprKind::Call(Call { name, arguments })
}

/// Does a query begin here with an operator that needs no source: `print`, `range x from`, `union` …?
pub(crate) fn starts_source_operator(p: &Parser) -> bool {
    let next = p.nth(1);
    match p.word() {
        "range" => p.nth_word(2) == "from" || (next.kind == TokenKind::OpenBracket && p.nth_word(4) == "from"),
        "evaluate" => next.kind == TokenKind::Word && p.nth(2).kind == TokenKind::OpenParen,
        "macro" => operators::keyword(p).is_some_and(|(keyword, _)| keyword == "macro-expand"),
        "print" | "union" | "find" | "search" => !matches!(
            next.kind,
            TokenKind::Equal
                | TokenKind::Dot
                | TokenKind::Comma
                | TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::EqualEqual
                | TokenKind::BangEqual
        ),
        _ => false,
    }
}
