//! The grammar of KQL, one function per production: tokens in, tree out.
//!
//! A production asserts nothing and never fails: what is missing becomes `ExprKind::Missing` or an empty name, with an error told.
//! Functions named `opt_…` may find nothing and then take nothing. Where Kusto's parser is stricter than its documentation,
//! or looser, the parser is followed.

pub(crate) mod commands;
pub(crate) mod declarations;
pub(crate) mod dynamic;
pub(crate) mod expressions;
pub(crate) mod hints;
pub(crate) mod literals;
pub(crate) mod names;
pub(crate) mod operators;
pub(crate) mod pipes;
pub(crate) mod primary;
pub(crate) mod schemas;
pub(crate) mod statements;
pub(crate) mod strings;

use crate::codes;
use crate::parser::Parser;
use crate::token::TokenKind;

/// `item, item …`, at least one. After an item that is not followed by a comma the list is over.
pub(crate) fn list<T>(p: &mut Parser, mut item: impl FnMut(&mut Parser) -> T) -> Vec<T> {
    let mut items = vec![];
    loop {
        let measured = p.measure();
        items.push(item(p));
        p.beside(measured);
        if p.eat(TokenKind::Comma).is_none() {
            return items;
        }
    }
}

/// `open item, item … close`, possibly empty; `opening` is taken already. Kusto allows a comma before the closing bracket
/// in some lists only.
pub(crate) fn closed_list<T>(
    p: &mut Parser,
    close: TokenKind,
    trailing_comma: bool,
    mut item: impl FnMut(&mut Parser) -> T,
) -> Vec<T> {
    let mut items = vec![];
    while !p.is(close) && !p.is(TokenKind::End) {
        let place = p.place();
        let measured = p.measure();
        items.push(item(p));
        p.beside(measured);
        if p.is(close) {
            break;
        }
        if !p.is(TokenKind::Comma) {
            p.expected(codes::EXPECTED_TOKEN, &format!("`,` or {}", close.describe()));
            // A bar that begins a line begins an operator: the bracket was forgotten.
            p.skip_until(|p| p.is(TokenKind::Comma) || p.is(close) || (p.is(TokenKind::Bar) && p.begins_line()));
        }
        if p.eat(TokenKind::Comma).is_none() {
            break;
        }
        if p.is(close) && !trailing_comma {
            p.expected(codes::MISSING, "another item after `,`");
        }
        debug_assert!(p.place() > place, "a comma was taken");
    }
    p.expect(close);
    items
}
