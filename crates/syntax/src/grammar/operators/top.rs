//! `top n by a desc` and `top-hitters n of e by w`.

use super::options::{Allowed, options, ordered};
use crate::ast::OperatorKind;
use crate::grammar::{expressions, names};
use crate::parser::Parser;

/// Kusto's `top` takes one key.
pub(super) fn top(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    let count = expressions::expression(p);
    let by = if p.expect_word("by") { vec![ordered(p)] } else { vec![] };
    OperatorKind::Top { options, count, by }
}

pub(super) fn top_hitters(p: &mut Parser) -> OperatorKind {
    let count = expressions::expression(p);
    p.expect_word("of");
    let of = names::named_expr(p);
    let by = p.eat_word("by").map(|_| names::named_expr(p));
    OperatorKind::TopHitters { count, of, by }
}
