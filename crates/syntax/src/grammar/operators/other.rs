//! Operators that nobody writes: their clauses are kept as one piece of text and refused when bound.

use crate::ast::{Expr, ExprKind, Literal, OperatorKind};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn other(p: &mut Parser) -> OperatorKind {
    let name = keyword_taken(p);
    OperatorKind::Other { name, expressions: clauses(p) }
}

/// Everything up to the next pipe, as a string; nothing when there is nothing.
pub(crate) fn clauses(p: &mut Parser) -> Vec<Expr> {
    let start = p.start();
    let place = p.place();
    p.skip_until(|p| p.is(TokenKind::Bar));
    if p.place() == place {
        return vec![];
    }
    let span = p.span_from(start);
    let value = span.text(p.text).to_string();
    vec![Expr { kind: ExprKind::Literal(Literal::String { value, obfuscated: false }), span }]
}

/// The keyword just before the cursor: words and dashes.
fn keyword_taken(p: &Parser) -> String {
    let before = p.text.get(..p.span_from(0).end as usize).unwrap_or("");
    let start = before.rfind(|ch: char| !(ch.is_alphanumeric() || matches!(ch, '-' | '_'))).map_or(0, |at| at + 1);
    before.get(start..).unwrap_or("").to_string()
}
