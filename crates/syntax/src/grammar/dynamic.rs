//! What stands in `dynamic(…)`: JSON with KQL's strings and literals.

use crate::ast::{DynamicLiteral, ExprKind, Literal};
use crate::codes;
use crate::grammar::{closed_list, literals, strings};
use crate::parser::Parser;
use crate::token::TokenKind;

/// `dynamic(value)`; the caller saw `dynamic(`.
pub(crate) fn dynamic(p: &mut Parser) -> Literal {
    p.take();
    p.take();
    let value = value(p);
    p.expect(TokenKind::CloseParen);
    Literal::Dynamic(value)
}

fn value(p: &mut Parser) -> DynamicLiteral {
    p.deeper(value_at_depth).unwrap_or(DynamicLiteral::Null)
}

fn value_at_depth(p: &mut Parser) -> DynamicLiteral {
    match p.kind() {
        TokenKind::OpenBracket => {
            p.take();
            DynamicLiteral::Array(closed_list(p, TokenKind::CloseBracket, false, value))
        }
        TokenKind::OpenBrace => {
            p.take();
            DynamicLiteral::Bag(closed_list(p, TokenKind::CloseBrace, false, pair))
        }
        TokenKind::Minus if matches!(p.nth(1).kind, TokenKind::Long | TokenKind::Real | TokenKind::Timespan) => {
            negative(p)
        }
        TokenKind::Word if p.is_word("null") => {
            p.take();
            DynamicLiteral::Null
        }
        TokenKind::Word if p.is_word("dynamic") && p.nth(1).kind == TokenKind::OpenParen => {
            p.take();
            p.take();
            let inner = value(p);
            p.expect(TokenKind::CloseParen);
            inner
        }
        _ => constant(p),
    }
}

fn constant(p: &mut Parser) -> DynamicLiteral {
    match literals::opt_literal(p).map(|expr| expr.kind) {
        Some(ExprKind::Literal(literal)) => DynamicLiteral::Value(Box::new(literal)),
        _ => {
            p.expected(codes::MISSING, "a JSON value");
            DynamicLiteral::Null
        }
    }
}

/// A minus sign belongs to its number.
fn negative(p: &mut Parser) -> DynamicLiteral {
    let is_min = literals::is_long_min(p, 1);
    p.take();
    let token = p.take();
    if is_min {
        return DynamicLiteral::Value(Box::new(Literal::Long(i64::MIN)));
    }
    DynamicLiteral::Value(Box::new(match literals::number(p, token) {
        Literal::Long(value) => Literal::Long(-value),
        Literal::Real(value) => Literal::Real(-value),
        Literal::Timespan(value) => Literal::Timespan(-value),
        other => other,
    }))
}

fn pair(p: &mut Parser) -> (String, DynamicLiteral) {
    let key = match p.eat(TokenKind::Text) {
        Some(token) => strings::value(p, token),
        None => {
            p.expected(codes::MISSING, "a key in quotes");
            String::new()
        }
    };
    if !p.expect(TokenKind::Colon) {
        return (key, DynamicLiteral::Null);
    }
    (key, value(p))
}
