//! Names: plain, in brackets, with stars; and `name = value`.

use crate::ast::{Expr, ExprKind, Name, NamedExpr};
use crate::codes;
use crate::grammar::{expressions, strings};
use crate::parser::Parser;
use crate::reserved::{self, Place};
use crate::token::TokenKind;
use crate::words;

/// How many names `(a, b, …) = value` may have, so that looking for its `=` is cheap.
const NAMES_MAX: usize = 256;

/// How many tokens the name at `ahead` has: one, or three with its brackets.
pub(crate) fn length(p: &Parser, ahead: usize) -> Option<usize> {
    match p.nth(ahead).kind {
        TokenKind::Word => is_name(p.nth_word(ahead)).then_some(1),
        TokenKind::OpenBracket => {
            let is_bracketed =
                p.nth(ahead + 1).kind == TokenKind::Text && p.nth(ahead + 2).kind == TokenKind::CloseBracket;
            is_bracketed.then_some(3)
        }
        _ => None,
    }
}

fn is_name(word: &str) -> bool {
    !word.starts_with('!') && !word.ends_with('~') && words::boolean(word).is_none()
}

/// A name if there is one. Any word is one where only a name can stand.
pub(crate) fn opt_name(p: &mut Parser) -> Option<Name> {
    match length(p, 0)? {
        1 => {
            let token = p.take();
            Some(Name { text: p.text_of(token).to_string(), span: token.span })
        }
        _ => {
            let start = p.start();
            p.take();
            let literal = p.take();
            let text = strings::value(p, literal);
            p.take();
            Some(Name { text, span: p.span_from(start) })
        }
    }
}

/// A name, or an empty one with an error.
pub(crate) fn name(p: &mut Parser, what: &str) -> Name {
    opt_name(p).unwrap_or_else(|| {
        p.expected(codes::MISSING, what);
        Name { text: String::new(), span: p.span_from(p.start()) }
    })
}

/// A name that must not be one of Kusto's own words; the tree is the same, whichever it is.
pub(crate) fn checked_name(p: &mut Parser, place: Place, what: &str) -> Name {
    check(p, place);
    name(p, what)
}

/// Says so if the next word is no name in this place.
pub(crate) fn check(p: &mut Parser, place: Place) {
    let word = p.word();
    if reserved::is_reserved(word, place) {
        p.error_here(codes::NEEDS_BRACKETS, format!("`{word}` is a word of KQL; as a name it is written ['{word}']"));
    }
}

/// A name as an expression.
pub(crate) fn reference(p: &mut Parser, what: &str) -> Expr {
    let name = name(p, what);
    let span = name.span;
    let kind = if name.text.is_empty() && span.start == span.end { ExprKind::Missing } else { ExprKind::Name(name) };
    Expr { kind, span }
}

/// `*`, `Sec*`, `*_CL`, `a*b`: words, numbers and stars with nothing between, one of them a star.
pub(crate) fn opt_wildcard(p: &mut Parser) -> Option<Expr> {
    let mut count = 0;
    let mut has_star = false;
    while count < NAMES_MAX && (count == 0 || p.is_glued(count)) {
        match p.nth(count).kind {
            TokenKind::Star => has_star = true,
            TokenKind::Word | TokenKind::Long if count > 0 || p.nth(0).kind == TokenKind::Word => {}
            _ => break,
        }
        count += 1;
    }
    if !has_star {
        return None;
    }
    let start = p.start();
    for _ in 0..count {
        p.take();
    }
    let span = p.span_from(start);
    let text = span.text(p.text).to_string();
    let kind = if text == "*" { ExprKind::Star } else { ExprKind::Wildcard(Name { text, span }) };
    Some(Expr { kind, span })
}

/// A column or a wildcard, for `project-away` and its kin; not a path, as in Kusto.
pub(crate) fn column_or_wildcard(p: &mut Parser) -> Expr {
    if let Some(wildcard) = opt_wildcard(p) {
        return wildcard;
    }
    if words::ends_operand(p.word()) {
        p.expected(codes::MISSING, "a column");
        return expressions::missing(p);
    }
    check(p, Place::Bare);
    reference(p, "a column")
}

/// `value`, `name = value` or `(a, b) = value`.
pub(crate) fn named_expr(p: &mut Parser) -> NamedExpr {
    let start = p.start();
    let names = opt_names(p);
    let value = expressions::expression(p);
    NamedExpr { names, value, span: p.span_from(start) }
}

/// `name =` or `(a, b) =`, if it is there.
pub(crate) fn opt_names(p: &mut Parser) -> Vec<Name> {
    if let Some(name) = opt_name_equals(p) {
        return vec![name];
    }
    if !is_name_list(p) {
        return vec![];
    }
    p.take();
    let names = super::list(p, |p| checked_name(p, Place::Declared, "a name"));
    p.expect(TokenKind::CloseParen);
    p.expect(TokenKind::Equal);
    names
}

/// `name =`, if it is there.
pub(crate) fn opt_name_equals(p: &mut Parser) -> Option<Name> {
    let length = length(p, 0)?;
    if p.nth(length).kind != TokenKind::Equal {
        return None;
    }
    check(p, Place::Declared);
    let name = opt_name(p);
    p.take();
    name
}

fn is_name_list(p: &Parser) -> bool {
    if !p.is(TokenKind::OpenParen) {
        return false;
    }
    let mut ahead = 1;
    for _ in 0..NAMES_MAX {
        let Some(length) = length(p, ahead) else { return false };
        ahead += length;
        match p.nth(ahead).kind {
            TokenKind::Comma => ahead += 1,
            TokenKind::CloseParen => return p.nth(ahead + 1).kind == TokenKind::Equal,
            _ => return false,
        }
    }
    false
}
