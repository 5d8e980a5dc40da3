//! `mv-apply x = e to typeof(t) limit n id i on ( … )`.

use super::mv_expand::{column, limit};
use super::options::{Allowed, options};
use crate::ast::{MvApply, OperatorKind};
use crate::grammar::{expressions, list, pipes};
use crate::parser::Parser;

pub(super) fn mv_apply(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&["with_itemindex"]));
    let columns = list(p, column);
    let limit = limit(p);
    let id = p.eat_word("id").map(|_| expressions::expression(p));
    p.expect_word("on");
    OperatorKind::MvApply(MvApply { options, columns, limit, id, subquery: pipes::subquery(p) })
}
