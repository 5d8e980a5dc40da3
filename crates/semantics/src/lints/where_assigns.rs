//! `where a = b`: Kusto takes it, and it compares nothing.

use syntax::ast::{Operator, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::WHERE_ASSIGNS,
    name: "where-assigns",
    summary: "`where a = b`, which compares nothing",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_operator(linted.query, |operator: &Operator| {
        let OperatorKind::Where { name: Some(name), predicate, .. } = &operator.kind else { return };
        let between = Span::new(name.span.end, predicate.span.start);
        let message = format!("`{} =` is a name for the predicate and compares nothing", name.text);
        let fix = Fix { title: "compare: `==`".to_owned(), edits: vec![(between, " == ".to_owned())], is_safe: false };
        found.push(Diagnostic::warning(codes::WHERE_ASSIGNS, name.span.to(predicate.span), message).fix(fix));
    });
}
