//! `render chart with (title = "x", ycolumns = a, b)`; the older form writes the properties bare.

use super::options::{properties, property};
use crate::ast::{Name, OperatorKind};
use crate::codes;
use crate::grammar::names;
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn render(p: &mut Parser) -> OperatorKind {
    let chart = chart(p);
    if chart.is_none() {
        p.expected(codes::EXPECTED_TOKEN, "a chart");
    }
    let mut properties = if p.eat_word("with").is_some() { properties(p) } else { vec![] };
    while p.is(TokenKind::Word) && p.nth(1).kind == TokenKind::Equal {
        properties.push(property(p));
        p.eat(TokenKind::Comma);
    }
    OperatorKind::Render { chart, properties }
}

/// A name; `3Dchart` is one too.
fn chart(p: &mut Parser) -> Option<Name> {
    names::opt_name(p)
}
