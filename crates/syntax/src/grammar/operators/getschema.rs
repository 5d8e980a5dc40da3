//! `getschema`; with options its answer has another shape, which nobody asks for: refused when bound.

use super::other;
use crate::ast::OperatorKind;
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn getschema(p: &mut Parser) -> OperatorKind {
    if p.is(TokenKind::Word) && p.nth(1).kind == TokenKind::Equal {
        return OperatorKind::Other { name: "getschema".to_string(), expressions: other::clauses(p) };
    }
    OperatorKind::GetSchema
}
