//! `find withsource=S in (T, …) where p project a, b: string, pack(*)`.

use super::options::{Allowed, options};
use crate::ast::{ExprKind, Find, FindColumn, OperatorKind};
use crate::grammar::{expressions, list, names, pipes};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn find(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let tables = if p.eat_word("in").is_some() { pipes::tables(p) } else { vec![] };
    p.eat_word("where");
    let predicate = expressions::expression(p);
    let mut find = Find { options, tables, predicate, project: None, project_away: vec![] };
    loop {
        match super::project::clause(p) {
            Some("project") => find.project = Some(list(p, column)),
            Some("project-away") => find.project_away = list(p, names::column_or_wildcard),
            Some(_) => {}
            None => return OperatorKind::Find(find),
        }
    }
}

fn column(p: &mut Parser) -> FindColumn {
    let column = expressions::path(p);
    let is_name = matches!(column.kind, ExprKind::Name(_));
    let ty = if is_name && p.eat(TokenKind::Colon).is_some() { Some(names::name(p, "a type")) } else { None };
    FindColumn { column, ty }
}
