//! `top-nested n of a with others = "x" by sum(b) desc, top-nested …`.

use super::keyword;
use super::options::ordered;
use crate::ast::{OperatorKind, TopNestedLevel};
use crate::codes;
use crate::grammar::{expressions, names, primary};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn top_nested(p: &mut Parser) -> OperatorKind {
    let mut levels = vec![level(p)];
    while p.eat(TokenKind::Comma).is_some() {
        match keyword(p) {
            Some(("top-nested", tokens)) => {
                for _ in 0..tokens {
                    p.take();
                }
                levels.push(level(p));
            }
            _ => {
                p.expected(codes::EXPECTED_TOKEN, "`top-nested`");
                break;
            }
        }
    }
    OperatorKind::TopNested { levels }
}

fn level(p: &mut Parser) -> TopNestedLevel {
    let count = primary::starts_operand(p).then(|| expressions::expression(p));
    p.expect_word("of");
    let of = names::named_expr(p);
    let mut others = None;
    if p.eat_word("with").is_some() {
        p.expect_word("others");
        p.expect(TokenKind::Equal);
        others = Some(expressions::expression(p));
    }
    p.expect_word("by");
    TopNestedLevel { count, of, others, by: ordered(p) }
}
