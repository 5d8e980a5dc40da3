//! `scan with_match_id=m order by t partition by k declare (a: long = 0) with (step s: condition => a = x; …)`.

use super::options::{Allowed, options, ordered};
use crate::ast::{Expr, Name, OperatorKind, Scan, ScanStep, TypeExpr};
use crate::grammar::{closed_list, declarations, expressions, list, names};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::token::TokenKind;

pub(super) fn scan(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    let mut scan = Scan { options, order: vec![], partition: vec![], declare: vec![], steps: vec![] };
    if p.eat_word("order").is_some() {
        p.expect_word("by");
        scan.order = list(p, ordered);
    }
    if p.eat_word("partition").is_some() {
        p.expect_word("by");
        scan.partition = list(p, expressions::expression);
    }
    if p.eat_word("declare").is_some() && p.expect(TokenKind::OpenParen) {
        scan.declare = closed_list(p, TokenKind::CloseParen, false, declared);
    }
    p.expect_word("with");
    if p.expect(TokenKind::OpenParen) {
        while p.is_word("step") {
            scan.steps.push(step(p));
        }
        if scan.steps.is_empty() {
            p.expect_word("step");
        }
        p.expect(TokenKind::CloseParen);
    }
    OperatorKind::Scan(scan)
}

fn declared(p: &mut Parser) -> (Name, TypeExpr, Option<Expr>) {
    let parameter = declarations::parameter(p);
    (parameter.name, parameter.ty, parameter.default)
}

/// `step name optional output=all: condition => a = x, …;`. Kusto asks for the semicolon after the last step too.
fn step(p: &mut Parser) -> ScanStep {
    p.take();
    let name = names::name(p, "a step's name");
    let optional = p.eat_word("optional").is_some();
    // `optional` alone or `optional = true`, as other flags are written.
    let output = p.eat_word("output").map(|_| {
        p.expect(TokenKind::Equal);
        names::name(p, "`all`, `last` or `none`")
    });
    p.expect(TokenKind::Colon);
    let condition = expressions::expression(p);
    let assignments = if p.eat(TokenKind::FatArrow).is_some() { list(p, assignment) } else { vec![] };
    if !p.expect(TokenKind::Semicolon) {
        p.skip_until(|_| false);
        p.eat(TokenKind::Semicolon);
    }
    ScanStep { name, optional, output, condition, assignments }
}

fn assignment(p: &mut Parser) -> (Name, Expr) {
    let name = names::checked_name(p, Place::Declared, "a column's name");
    p.expect(TokenKind::Equal);
    (name, expressions::expression(p))
}
