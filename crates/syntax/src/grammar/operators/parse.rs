//! `parse kind=regex flags=U source with * "text" name: type *`, and `parse-where`.

use super::options::{Allowed, options};
use crate::ast::{OperatorKind, Parse, ParsePart};
use crate::codes;
use crate::grammar::{expressions, literals, names};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::token::TokenKind;

pub(super) fn parse(p: &mut Parser) -> OperatorKind {
    parts(p, false)
}

pub(super) fn parse_where(p: &mut Parser) -> OperatorKind {
    parts(p, true)
}

fn parts(p: &mut Parser, is_where: bool) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let source = expressions::expression(p);
    p.expect_word("with");
    let mut pattern = vec![];
    while let Some(part) = opt_part(p) {
        pattern.push(part);
        let is_column = matches!(pattern.last(), Some(ParsePart::Column { .. }));
        // Between two columns something must tell where one ends.
        if is_column && names::length(p, 0).is_some() {
            break;
        }
    }
    if pattern.is_empty() {
        p.expected(codes::MISSING, "a pattern");
    }
    OperatorKind::Parse(Parse { is_where, options, source, pattern })
}

/// A star, a text or a column. Text is a literal; a name is always a column, as in Kusto.
fn opt_part(p: &mut Parser) -> Option<ParsePart> {
    match p.kind() {
        TokenKind::Star => Some(ParsePart::Star(p.take().span)),
        TokenKind::Text => literals::opt_literal(p).map(ParsePart::Text),
        _ => {
            names::check(p, Place::Declared);
            let name = names::opt_name(p)?;
            let ty = p.eat(TokenKind::Colon).map(|_| names::name(p, "a type"));
            Some(ParsePart::Column { name, ty })
        }
    }
}
