//! Columns with types, and the tables written out in a query: `datatable`, `externaldata`, `inline_external_table`.

use crate::ast::{ColumnDeclaration, Expr, ExprKind, InlineExternalTable, Literal, OperatorOption};
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
    let options = opt_with(p);
    ExprKind::ExternalData { columns, sources, options }
}

/// `inline_external_table (a: string) kind=storage dataformat=csv ("uri", …) with (…)`; the columns may be left out.
pub(crate) fn inline_external_table(p: &mut Parser) -> ExprKind {
    let start = p.start();
    p.take();
    let keyword = p.span_from(start);
    let columns = if p.is(TokenKind::OpenParen) { schema(p) } else { vec![] };
    let clauses = operators::external_clauses(p);
    let mut table = InlineExternalTable { keyword, columns, clauses, unread: None, sources: vec![], options: vec![] };
    if p.is_word("partition") || p.is_word("pathformat") {
        table.unread = operators::clauses(p).first().map(|rest| rest.span);
    } else if p.expect(TokenKind::OpenParen) {
        table.sources = closed_list(p, TokenKind::CloseParen, true, expressions::expression);
        table.options = opt_with(p);
    }
    ExprKind::InlineExternalTable(Box::new(table))
}

fn opt_with(p: &mut Parser) -> Vec<OperatorOption> {
    if p.is_word("with") && p.nth(1).kind == TokenKind::OpenParen {
        p.take();
        operators::properties(p)
    } else {
        vec![]
    }
}
