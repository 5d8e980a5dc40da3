//! What several operators share: `name = value` after a keyword, properties in parentheses, sort keys, `by` lists.

use crate::ast::{Direction, Expr, ExprKind, Name, NamedExpr, Nulls, OperatorOption, OrderedExpr};
use crate::grammar::{self, closed_list, expressions, literals, names};
use crate::parser::Parser;
use crate::token::TokenKind;

/// Which options an operator takes. `hint.…` is one everywhere.
#[derive(Clone, Copy)]
pub(super) enum Allowed {
    /// Only these, because `name = value` may also be the operator's own.
    Only(&'static [&'static str]),
    /// Any: nothing else is written `name = value` there.
    Any,
}

/// Options, as many as there are.
pub(super) fn options(p: &mut Parser, allowed: Allowed) -> Vec<OperatorOption> {
    let mut found = vec![];
    while let Some(option) = opt_option(p, allowed) {
        found.push(option);
    }
    found
}

fn opt_option(p: &mut Parser, allowed: Allowed) -> Option<OperatorOption> {
    let tokens = option_name_length(p)?;
    let word = p.word();
    let fits = word == "hint"
        || match allowed {
            Allowed::Only(names) => names.contains(&word),
            Allowed::Any => true,
        };
    if !fits || p.nth(tokens).kind != TokenKind::Equal {
        return None;
    }
    let start = p.start();
    for _ in 0..tokens {
        p.take();
    }
    let span = p.span_from(start);
    p.take();
    // `hint . strategy` may be written with blanks.
    let text = span.text(p.text).chars().filter(|ch| !ch.is_whitespace()).collect();
    Some(OperatorOption { name: Name { text, span }, value: option_value(p) })
}

/// `kind`, `hint.strategy`, `hint.pass_filters.column`.
fn option_name_length(p: &Parser) -> Option<usize> {
    const PARTS_MAX: usize = 4;
    if p.nth(0).kind != TokenKind::Word {
        return None;
    }
    let parts = (1..PARTS_MAX)
        .take_while(|part| p.nth(2 * part - 1).kind == TokenKind::Dot && p.nth(2 * part).kind == TokenKind::Word)
        .count();
    Some(1 + 2 * parts)
}

/// `kind=storage dataformat=csv`, of `inline_external_table`.
pub(crate) fn external_clauses(p: &mut Parser) -> Vec<OperatorOption> {
    options(p, Allowed::Only(&["kind", "dataformat"]))
}

/// A literal or a name.
fn option_value(p: &mut Parser) -> Expr {
    literals::opt_signed_literal(p).unwrap_or_else(|| names::reference(p, "a value"))
}

/// `(name = value, …)` after `with`. A value may be a list of names, `ycolumns = a, b`.
pub(crate) fn properties(p: &mut Parser) -> Vec<OperatorOption> {
    if !p.expect(TokenKind::OpenParen) {
        return vec![];
    }
    closed_list(p, TokenKind::CloseParen, true, property)
}

/// The properties whose value may be several names.
const LIST_PROPERTIES: [&str; 3] = ["anomalycolumns", "series", "ycolumns"];

/// `name = value`.
pub(super) fn property(p: &mut Parser) -> OperatorOption {
    let name = names::name(p, "a property's name");
    p.expect(TokenKind::Equal);
    let start = p.start();
    let first = expressions::expression(p);
    let mut values = vec![first];
    let takes_list = LIST_PROPERTIES.contains(&name.text.as_str());
    while takes_list && p.is(TokenKind::Comma) && continues_value(p) {
        p.take();
        values.push(expressions::expression(p));
    }
    let value = match values.len() {
        1 => values.remove(0),
        _ => Expr { kind: ExprKind::List(values), span: p.span_from(start) },
    };
    OperatorOption { name, value }
}

/// After the comma: a further name of the list, or the next property?
fn continues_value(p: &Parser) -> bool {
    names::length(p, 1).is_some_and(|length| p.nth(1 + length).kind != TokenKind::Equal)
}

/// `value asc nulls last`.
pub(super) fn ordered(p: &mut Parser) -> OrderedExpr {
    let key = names::named_expr(p);
    let direction = match p.word() {
        "asc" => Some(Direction::Ascending),
        "desc" => Some(Direction::Descending),
        _ => None,
    };
    if direction.is_some() {
        p.take();
    }
    let nulls = match (p.word(), p.nth_word(1)) {
        ("nulls", "first") => Some(Nulls::First),
        ("nulls", "last") => Some(Nulls::Last),
        _ => None,
    };
    if nulls.is_some() {
        p.take();
        p.take();
    }
    OrderedExpr { key, direction, nulls }
}

/// `name = value, …`, where nothing at all may be written.
pub(super) fn opt_named_list(p: &mut Parser) -> Vec<NamedExpr> {
    let begins = grammar::primary::starts_operand(p) || p.nth(1).kind == TokenKind::Equal;
    if begins { grammar::list(p, names::named_expr) } else { vec![] }
}

/// `by a, b = x`, if it is there.
pub(super) fn opt_by(p: &mut Parser) -> Vec<NamedExpr> {
    match p.eat_word("by") {
        Some(_) => grammar::list(p, names::named_expr),
        None => vec![],
    }
}
