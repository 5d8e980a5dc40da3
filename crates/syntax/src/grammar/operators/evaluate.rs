//! `evaluate plugin(…) : (*, a: string)`.

use super::options::{Allowed, options};
use crate::ast::{EvaluateSchema, OperatorKind};
use crate::grammar::{primary, schemas};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn evaluate(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let call = primary::required_call(p);
    let schema = p.eat(TokenKind::Colon).map(|_| schema(p));
    OperatorKind::Evaluate { options, call, schema }
}

fn schema(p: &mut Parser) -> EvaluateSchema {
    if !p.expect(TokenKind::OpenParen) {
        return EvaluateSchema { star: false, columns: vec![] };
    }
    let (columns, star) = schemas::columns_and_star(p);
    EvaluateSchema { star, columns }
}
