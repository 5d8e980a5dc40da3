//! `mv-expand kind=array x = e to typeof(t), … limit n`.

use super::options::{Allowed, options};
use crate::ast::{Expr, MvColumn, MvExpand, OperatorKind};
use crate::grammar::{expressions, list, names};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn mv_expand(p: &mut Parser) -> OperatorKind {
    clauses(p, false)
}

pub(super) fn mvexpand(p: &mut Parser) -> OperatorKind {
    clauses(p, true)
}

fn clauses(p: &mut Parser, is_legacy: bool) -> OperatorKind {
    let options = options(p, Allowed::Only(&["kind", "bagexpansion", "with_itemindex"]));
    let columns = list(p, column);
    OperatorKind::MvExpand(MvExpand { options, columns, limit: limit(p), is_legacy })
}

pub(super) fn column(p: &mut Parser) -> MvColumn {
    let column = names::named_expr(p);
    let mut ty = None;
    if p.eat_word("to").is_some() {
        p.expect_word("typeof");
        if p.expect(TokenKind::OpenParen) {
            ty = Some(names::name(p, "a type"));
            p.expect(TokenKind::CloseParen);
        }
    }
    MvColumn { column, ty }
}

pub(super) fn limit(p: &mut Parser) -> Option<Expr> {
    p.eat_word("limit").map(|_| expressions::expression(p))
}
