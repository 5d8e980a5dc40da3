//! `mvexpand`, `makeset` and `makelist` stop at 128 elements, which `mv-expand`, `make_set` and `make_list` do not.

use syntax::ast::{Call, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::{Lint, Linted, Occasion, codes, note, tree};

/// Further places that a finding shows.
const LABELS_MAX: usize = 5;

pub(super) const LINT: Lint = Lint {
    code: codes::LEGACY_LIMIT,
    name: "legacy-limit",
    summary: "an old spelling that stops at 128 elements",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_operator(linted.query, |operator| match &operator.kind {
        OperatorKind::MvExpand(expand) if expand.is_legacy && expand.limit.is_none() => {
            found.extend(complaint(linted, &[(operator.keyword, "mv-expand")]));
        }
        OperatorKind::Summarize { aggregates, .. } => {
            let calls: Vec<_> = aggregates.iter().filter_map(|aggregate| old(tree::call(&aggregate.value)?)).collect();
            found.extend(complaint(linted, &calls));
        }
        _ => {}
    });
}

/// The place of an old function without a limit of its own, and what it is called today.
fn old(call: &Call) -> Option<(Span, &'static str)> {
    let other = match call.name.text.as_str() {
        "makeset" => "make_set",
        "makelist" => "make_list",
        _ => return None,
    };
    (call.arguments.len() == 1).then_some((call.name.span, other))
}

fn complaint(linted: &Linted<'_>, places: &[(Span, &str)]) -> Option<Diagnostic> {
    let ((first, new), others) = places.split_first()?;
    let old = first.text(linted.text);
    let message = format!("`{old}` leaves out what comes after 128 elements, without a word");
    let mut diagnostic = note(codes::LEGACY_LIMIT, *first, message);
    diagnostic.labels.extend(others.iter().take(LABELS_MAX).map(|(span, _)| (*span, "so does this".to_owned())));
    let edits = places.iter().map(|(span, new)| (*span, (*new).to_owned())).collect();
    Some(diagnostic.fix(Fix { title: format!("use `{new}`, which has no such limit"), edits, is_safe: false }))
}
