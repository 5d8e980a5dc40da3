//! `project` and the six operators that choose columns by name.

use super::options::opt_named_list;
use crate::ast::{Expr, OperatorKind, ReorderColumn, ReorderOrder};
use crate::grammar::{expressions, list, names, primary};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn project(p: &mut Parser) -> OperatorKind {
    OperatorKind::Project { columns: opt_named_list(p) }
}

pub(super) fn project_away(p: &mut Parser) -> OperatorKind {
    OperatorKind::ProjectAway { columns: opt_columns(p) }
}

pub(super) fn project_keep(p: &mut Parser) -> OperatorKind {
    OperatorKind::ProjectKeep { columns: opt_columns(p) }
}

pub(super) fn project_by_names(p: &mut Parser) -> OperatorKind {
    OperatorKind::ProjectByNames { columns: list(p, expressions::expression_or_wildcard) }
}

pub(super) fn project_rename(p: &mut Parser) -> OperatorKind {
    OperatorKind::ProjectRename { columns: opt_named_list(p) }
}

pub(super) fn project_reorder(p: &mut Parser) -> OperatorKind {
    let columns = if primary::starts_operand(p) { list(p, reorder_column) } else { vec![] };
    OperatorKind::ProjectReorder { columns }
}

/// Kusto lets the columns be absent; then nothing happens.
fn opt_columns(p: &mut Parser) -> Vec<Expr> {
    if primary::starts_operand(p) { list(p, names::column_or_wildcard) } else { vec![] }
}

fn reorder_column(p: &mut Parser) -> ReorderColumn {
    let column = names::column_or_wildcard(p);
    let (order, tokens) = match (p.word(), p.nth(1).kind, p.nth_word(2)) {
        ("asc", _, _) => (Some(ReorderOrder::Ascending), 1),
        ("desc", _, _) => (Some(ReorderOrder::Descending), 1),
        ("granny", TokenKind::Minus, "asc") => (Some(ReorderOrder::NumberedAscending), 3),
        ("granny", TokenKind::Minus, "desc") => (Some(ReorderOrder::NumberedDescending), 3),
        _ => (None, 0),
    };
    for _ in 0..tokens {
        p.take();
    }
    ReorderColumn { column, order }
}

/// `project`, `project-away` or `project-smart` as a clause of `find`, taken.
pub(super) fn clause(p: &mut Parser) -> Option<&'static str> {
    if !p.is_word("project") {
        return None;
    }
    let (clause, tokens) = match (p.nth(1).kind, p.nth_word(2)) {
        (TokenKind::Minus, "away") => ("project-away", 3),
        (TokenKind::Minus, "smart") => ("project-smart", 3),
        _ => ("project", 1),
    };
    for _ in 0..tokens {
        p.take();
    }
    Some(clause)
}
