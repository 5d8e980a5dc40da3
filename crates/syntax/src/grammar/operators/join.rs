//! `join kind=… (T) on a, $left.b == $right.c`, and `lookup`.

use super::options::{Allowed, options};
use crate::ast::{Join, JoinCondition, OperatorKind};
use crate::grammar::{expressions, list};
use crate::parser::Parser;

pub(super) fn join(p: &mut Parser) -> OperatorKind {
    OperatorKind::Join(sides(p))
}

pub(super) fn lookup(p: &mut Parser) -> OperatorKind {
    OperatorKind::Lookup(sides(p))
}

fn sides(p: &mut Parser) -> Join {
    let options = options(p, Allowed::Any);
    let right = Box::new(expressions::entity(p));
    let condition = if p.eat_word("on").is_some() {
        JoinCondition::On(list(p, expressions::expression))
    } else if p.eat_word("where").is_some() {
        JoinCondition::Where(Box::new(expressions::expression(p)))
    } else {
        JoinCondition::None
    };
    Join { options, right, condition }
}
