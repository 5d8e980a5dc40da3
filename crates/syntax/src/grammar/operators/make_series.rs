//! `make-series n = count() default = 0 on t from a to b step c by k`, or `… in range(a, b, c)`.

use super::options::{Allowed, opt_by, options};
use crate::ast::{Expr, MakeSeries, NamedExpr, OperatorKind};
use crate::grammar::{expressions, list, names};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn make_series(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&["kind"]));
    let aggregates = list(p, aggregate);
    p.expect_word("on");
    let on = names::named_expr(p);
    let mut series =
        MakeSeries { options, aggregates, on, from: None, to: None, step: None, in_range: false, by: vec![] };
    if p.is_word("in") && p.nth_word(1) == "range" {
        in_range(p, &mut series);
    } else {
        series.from = bound(p, "from");
        series.to = bound(p, "to");
        series.step = bound(p, "step");
        if series.step.is_none() {
            p.expect_word("step");
        }
    }
    series.by = opt_by(p);
    OperatorKind::MakeSeries(series)
}

fn aggregate(p: &mut Parser) -> (NamedExpr, Option<Expr>) {
    let aggregate = names::named_expr(p);
    let default = p.eat_word("default").map(|_| {
        p.expect(TokenKind::Equal);
        expressions::expression(p)
    });
    (aggregate, default)
}

fn bound(p: &mut Parser, word: &str) -> Option<Expr> {
    p.eat_word(word).map(|_| expressions::expression(p))
}

fn in_range(p: &mut Parser, series: &mut MakeSeries) {
    p.take();
    p.take();
    series.in_range = true;
    if !p.expect(TokenKind::OpenParen) {
        return;
    }
    series.from = Some(expressions::expression(p));
    p.expect(TokenKind::Comma);
    series.to = Some(expressions::expression(p));
    p.expect(TokenKind::Comma);
    series.step = Some(expressions::expression(p));
    p.expect(TokenKind::CloseParen);
}
