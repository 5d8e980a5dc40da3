//! The beginning of an address that is also the beginning of others.

use std::collections::HashSet;

use syntax::ast::{Expr, ExprKind, Query, TextTest};
use syntax::visit::{Visitor, walk_expr, walk_query};
use syntax::{Diagnostic, Span};

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, tree};

/// Conditions of one chain that are compared with each other.
const PARTS_MAX: usize = 100;

pub(super) const LINT: Lint = Lint {
    code: codes::ADDRESS_PREFIX,
    name: "address-prefix",
    summary: "the beginning of an address, where other addresses begin the same",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let narrowed = narrowed(linted.query);
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        let is_prefix = matches!(comparison.how, How::Other(TextTest::StartsWith | TextTest::HasPrefix));
        let is_address = tree::name(comparison.subject).is_some_and(|name| name.contains("IP") || name.contains("Ip"));
        if !is_prefix || !is_address || narrowed.contains(&expr.span) {
            return;
        }
        let Some((value, other)) = comparison.values.iter().find_map(|value| Some((value, other(&value.value)?)))
        else {
            return;
        };
        let message = format!("addresses that begin with `{}` are also {other}", value.value);
        found.push(Diagnostic::warning(codes::ADDRESS_PREFIX, value.span, message).hint(
            "compare with a network: `ipv4_is_in_range(RemoteIP, \"172.16.0.0/12\")`, `ipv4_is_private(RemoteIP)`",
        ));
    });
}

/// Conditions beside which another one, with `and`, looks at the same address more closely.
fn narrowed(query: &Query) -> HashSet<Span> {
    let mut chains = Chains(HashSet::new());
    walk_query(&mut chains, query);
    chains.0
}

struct Chains(HashSet<Span>);

impl Visitor for Chains {
    fn visit_expr(&mut self, expr: &Expr) {
        let mut parts = vec![];
        tree::conjuncts(expr, &mut parts);
        if parts.len() < 2 {
            return walk_expr(self, expr);
        }
        for part in parts.iter().take(PARTS_MAX) {
            let ExprKind::Binary { left, .. } = &part.kind else { continue };
            let Some(name) = tree::name(left) else { continue };
            let is_narrowed = |other: &&Expr| other.span != part.span && tree::mentions(other, &[name]);
            if parts.iter().copied().take(PARTS_MAX).any(|other| is_narrowed(&other)) {
                self.0.insert(part.span);
            }
        }
        parts.into_iter().for_each(|part| walk_expr(self, part));
    }
}

/// Which addresses begin so that are not meant.
fn other(prefix: &str) -> Option<String> {
    let parts: Vec<&str> = prefix.split('.').collect();
    let is_number = |part: &&str| part.is_empty() || part.parse::<u8>().is_ok();
    if parts.len() > 4 || !parts.iter().all(is_number) || prefix.is_empty() {
        return None;
    }
    match prefix {
        "172." | "172" => return Some("public ones: only 172.16.0.0/12 is private".to_owned()),
        "192." | "192" => return Some("public ones: only 192.168.0.0/16 is private".to_owned()),
        _ => {}
    }
    let (last, before) = parts.split_last()?;
    let number: u16 = last.parse().ok()?;
    // Is there a digit that makes it another number of an address?
    (number > 0 && number * 10 <= 255 && parts.len() < 4).then(|| {
        let head: String = before.iter().map(|part| format!("{part}.")).collect();
        format!("those of `{head}{}`", number * 10)
    })
}

#[cfg(test)]
mod tests {
    use super::other;

    #[test]
    fn a_number_that_another_digit_makes_another_number_is_open() {
        assert!(other("10").is_some() && other("172.16").is_some() && other("172.").is_some());
        for prefix in ["10.", "172.16.", "192.168", "192.168.", "203.0.113.1", "fe80:", "", "10.0.0.0.1", "999"] {
            assert_eq!(other(prefix), None, "{prefix}");
        }
    }
}
