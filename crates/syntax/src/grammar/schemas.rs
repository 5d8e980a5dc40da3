//! Columns with types, and the tables written out in a query: `datatable`, `externaldata`.

use crate::ast::{ColumnDeclaration, Expr, ExprKind, Literal};
use crate::codes;
use crate::grammar::{closed_list, dynamic, expressions, literals, names, operators};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::token::TokenKind;

/// `name: type`.
pub(crate) fn column(p: &mut Parser) -> ColumnDeclaration {
    let name = names::checked_name(p, Place::Declared, "a column's name");
    p.expect(TokenKind::Colon);
    ColumnDeclaration { name, ty: names::name(p, "a type") }
}

/// `(a: string, b: long)`; a comma may end it.
pub(crate) fn schema(p: &mut Parser) -> Vec<ColumnDeclaration> {
    if !p.expect(TokenKind::OpenParen) {
        return vec![];
    }
    closed_list(p, TokenKind::CloseParen, true, column)
}

/// `*, a: string)` or `a: string, *)`: the parenthesis is taken already. The star says that other columns come along.
pub(crate) fn columns_and_star(p: &mut Parser) -> (Vec<ColumnDeclaration>, bool) {
    let mut star = false;
    let columns = closed_list(p, TokenKind::CloseParen, true, |p| {
        if p.eat(TokenKind::Star).is_some() {
            star = true;
            return None;
        }
        Some(column(p))
    });
    (columns.into_iter().flatten().collect(), star)
}

/// `datatable (a: string) [ "x", … ]`; a comma may end the values. They are literals: Kusto computes nothing there.
pub(crate) fn datatable(p: &mut Parser) -> ExprKind {
    p.take();
    let columns = schema(p);
    if !p.expect(TokenKind::OpenBracket) {
        return ExprKind::Datatable { columns, values: vec![] };
    }
    let values = closed_list(p, TokenKind::CloseBracket, true, datatable_value);
    ExprKind::Datatable { columns, values }
}

fn datatable_value(p: &mut Parser) -> Expr {
    let start = p.start();
    if p.is_word("dynamic") && p.nth(1).kind == TokenKind::OpenParen {
        let literal: Literal = dynamic::dynamic(p);
        return Expr { kind: ExprKind::Literal(literal), span: p.span_from(start) };
    }
    literals::opt_signed_literal(p).unwrap_or_else(|| {
        if let Some(error) = p.expected(codes::EXPECTED_TOKEN, "a literal or `]`") {
            error
                .hints
                .push("a datatable holds literals only; a null is written with its type, `long(null)`".to_string());
        }
        expressions::missing(p)
    })
}

/// `externaldata (a: string) [ "uri", … ] with (format = "csv")`.
pub(crate) fn external_data(p: &mut Parser) -> ExprKind {
    p.take();
    let columns = schema(p);
    let sources = if p.expect(TokenKind::OpenBracket) {
        closed_list(p, TokenKind::CloseBracket, true, expressions::expression)
    } else {
        vec![]
    };
    let options = if p.is_word("with") && p.nth(1).kind == TokenKind::OpenParen {
        p.take();
        operators::properties(p)
    } else {
        vec![]
    };
    ExprKind::ExternalData { columns, sources, options }
}
