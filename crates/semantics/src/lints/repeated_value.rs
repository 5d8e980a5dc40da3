//! A list that has a value twice.

use std::collections::HashMap;

use syntax::Diagnostic;
use syntax::ast::{Case, ExprKind, InTest};

use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::REPEATED_VALUE,
    name: "repeated-value",
    summary: "a list that has a value twice",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let ExprKind::In { test, case, list, .. } = &expr.kind else { return };
        let Some(values) = linted.list_texts(list) else { return };
        let mut seen = HashMap::new();
        for value in values {
            let key = match case {
                Case::Sensitive => value.value.clone(),
                Case::Insensitive => value.value.to_lowercase(),
            };
            if let Some(first) = seen.insert(key, value.span) {
                let does = if *test == InTest::HasAll { "asks for" } else { "has" };
                let message = format!("the list {does} `{}` twice: was another value meant?", value.value);
                let diagnostic = note(codes::REPEATED_VALUE, value.span, message);
                let is_elsewhere = first != value.span;
                found.push(if is_elsewhere { diagnostic.label(first, "the other one") } else { diagnostic });
                return;
            }
        }
    });
}
