//! A `let` that nothing names: a bound or a list that was meant to be used.

use std::collections::HashSet;

use syntax::ast::{Expr, ExprKind, Query, Statement, StatementKind};
use syntax::visit::{Visitor, walk_expr, walk_query};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes};

pub(super) const LINT: Lint = Lint {
    code: codes::UNUSED_LET,
    name: "unused-let",
    summary: "a `let` that nothing names",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    // A text of declarations only is a library, or a query half written.
    let is_declared_only =
        !linted.query.statements.iter().any(|statement| matches!(statement.kind, StatementKind::Expression(_)));
    if is_declared_only {
        return;
    }
    let used = used_names(linted.query);
    for statement in &linted.query.statements {
        let StatementKind::Let { name, value: _ } = &statement.kind else { continue };
        if used.contains(&name.text) {
            continue;
        }
        let place = with_semicolon(linted.text, statement);
        let fix = Fix { title: "take it away".to_owned(), edits: vec![(place, String::new())], is_safe: false };
        let message = format!("nothing uses `{}`", name.text);
        found.push(
            Diagnostic::warning(codes::UNUSED_LET, name.span, message)
                .hint("if it was meant to bound the query, the bound is missing")
                .fix(fix),
        );
    }
}

/// Every name that a query mentions anywhere.
fn used_names(query: &Query) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Visitor for Names {
        fn visit_expr(&mut self, expr: &Expr) {
            match &expr.kind {
                ExprKind::Name(name) | ExprKind::Wildcard(name) => {
                    self.0.insert(name.text.clone());
                }
                ExprKind::Call(call) | ExprKind::MemberCall { base: _, call } => {
                    self.0.insert(call.name.text.clone());
                }
                _ => {}
            }
            walk_expr(self, expr);
        }
    }
    let mut names = Names(HashSet::new());
    walk_query(&mut names, query);
    names.0
}

fn with_semicolon(text: &str, statement: &Statement) -> Span {
    let after = text.get(statement.span.end as usize..).unwrap_or_default();
    let blanks = after.len() - after.trim_start().len();
    match after.trim_start().strip_prefix(';') {
        Some(rest) => {
            let line_break =
                rest.len() - rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest).len();
            let end = u32::try_from(blanks + 1 + line_break).unwrap_or(0);
            Span::new(statement.span.start, statement.span.end + end)
        }
        None => statement.span,
    }
}
