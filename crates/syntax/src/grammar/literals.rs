//! Literals: numbers, timespans, strings, typed literals.
//!
//! Values that do not fit their type are refused here, with their place; what a typed literal's text means is read by `semantics`.

use crate::ast::{Expr, ExprKind, Literal, Name};
use crate::codes;
use crate::grammar::strings;
use crate::parser::Parser;
use crate::span::Span;
use crate::token::{Token, TokenKind};
use crate::words;

/// A literal, if there is one; `dynamic(…)` and `typeof(…)` aside.
pub(crate) fn opt_literal(p: &mut Parser) -> Option<Expr> {
    let start = p.start();
    let literal = match p.kind() {
        TokenKind::Text => string(p),
        TokenKind::Long | TokenKind::Real | TokenKind::Timespan => {
            let token = p.take();
            number(p, token)
        }
        TokenKind::Guid => {
            let token = p.take();
            Literal::Typed {
                ty: Name { text: "guid".to_string(), span: token.span },
                text: p.text_of(token).to_string(),
            }
        }
        TokenKind::Typed => {
            let token = p.take();
            typed(p, token)
        }
        TokenKind::Word => {
            let value = words::boolean(p.word())?;
            p.take();
            Literal::Bool(value)
        }
        _ => return None,
    };
    Some(Expr { kind: ExprKind::Literal(literal), span: p.span_from(start) })
}

/// A literal with its sign, as `datatable` takes them.
pub(crate) fn opt_signed_literal(p: &mut Parser) -> Option<Expr> {
    let start = p.start();
    let sign = p.kind();
    let is_number = matches!(p.nth(1).kind, TokenKind::Long | TokenKind::Real | TokenKind::Timespan);
    match sign {
        TokenKind::Minus if is_long_min(p, 1) => {
            p.take();
            p.take();
            Some(Expr { kind: ExprKind::Literal(Literal::Long(i64::MIN)), span: p.span_from(start) })
        }
        TokenKind::Minus | TokenKind::Plus if is_number => {
            p.take();
            let operand = opt_literal(p)?;
            Some(super::expressions::signed(p, sign, start, operand))
        }
        _ => opt_literal(p),
    }
}

/// Adjacent strings are one; it is obfuscated when one of them is.
pub(crate) fn string(p: &mut Parser) -> Literal {
    let mut value = String::new();
    let mut obfuscated = false;
    while let Some(token) = p.eat(TokenKind::Text) {
        obfuscated |= strings::is_obfuscated(p.text_of(token));
        value.push_str(&strings::value(p, token));
    }
    Literal::String { value, obfuscated }
}

/// A number without its sign.
pub(crate) fn number(p: &mut Parser, token: Token) -> Literal {
    let text = p.text_of(token);
    match token.kind {
        TokenKind::Real => Literal::Real(text.parse().unwrap_or(f64::NAN)),
        TokenKind::Timespan => ticks(text).map_or_else(|| too_large(p, token, "timespan"), Literal::Timespan),
        _ => long(text).map_or_else(|| too_large(p, token, "long"), Literal::Long),
    }
}

/// Is it the one number that a long holds only with a minus sign before it, 9223372036854775808?
pub(crate) fn is_long_min(p: &Parser, ahead: usize) -> bool {
    let token = p.nth(ahead);
    token.kind == TokenKind::Long && p.text_of(token) == i64::MIN.unsigned_abs().to_string()
}

fn too_large(p: &mut Parser, token: Token, ty: &str) -> Literal {
    let text = p.text_of(token);
    p.error_at(codes::MALFORMED_LITERAL, token.span, format!("`{text}` is too large for a {ty}"));
    Literal::Long(0)
}

/// Hexadecimal digits are the 64 bits of a long: `0xffffffffffffffff` is -1.
fn long(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
        None => text.parse().ok(),
    }
}

/// The 100 ns ticks of `1.5h`, computed in whole numbers; less than a tick is rounded, halves up.
fn ticks(text: &str) -> Option<i64> {
    const NANOSECONDS_PER_TICK: u128 = 100;
    let unit_at = text.find(|ch: char| ch.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(unit_at)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?.checked_mul(NANOSECONDS_PER_TICK)?;
    let nanoseconds = digits.checked_mul(u128::from(words::nanoseconds_of_unit(unit)?))?;
    i64::try_from(nanoseconds.checked_add(scale / 2)? / scale).ok()
}

/// `datetime(2024-01-01)`: the name, and the text inside, its blanks and quotes gone.
fn typed(p: &mut Parser, token: Token) -> Literal {
    let text = p.text_of(token);
    let (name, inside) = text.split_once('(').unwrap_or((text, ""));
    let closed = inside.strip_suffix(')');
    if closed.is_none() {
        let end = Span::new(token.span.end, token.span.end);
        p.error_at(codes::UNCLOSED, end, format!("expected `)` at the end of `{name}(`"));
    }
    let inside = closed.unwrap_or(inside).trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| inside.strip_prefix(*quote)?.strip_suffix(*quote));
    let name_span = Span::new(token.span.start, token.span.start + u32::try_from(name.len()).unwrap_or(0));
    Literal::Typed {
        ty: Name { text: name.to_string(), span: name_span },
        text: unquoted.unwrap_or(inside).trim().to_string(),
    }
}
