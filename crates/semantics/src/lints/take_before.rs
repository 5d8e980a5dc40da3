//! `take` before a filter or a group: any rows are taken, and the rest is never looked at.

use syntax::Diagnostic;
use syntax::ast::OperatorKind;

use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::TAKE_BEFORE,
    name: "take-before-filter",
    summary: "`take` before a filter or a group, which then sees some rows only",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            if !matches!(operator.kind, OperatorKind::Take { .. } | OperatorKind::Sample { .. }) {
                continue;
            }
            let before = pipe.operators.get(..at).unwrap_or_default();
            // Of rows in an order the first ones are meant.
            let is_chosen = before.iter().any(|earlier| {
                matches!(
                    earlier.kind,
                    OperatorKind::Sort { .. }
                        | OperatorKind::Top { .. }
                        | OperatorKind::TopNested { .. }
                        | OperatorKind::Serialize { .. }
                        | OperatorKind::Summarize { .. }
                        | OperatorKind::Print { .. }
                        | OperatorKind::Range { .. }
                )
            });
            let later = pipe.operators.iter().skip(at + 1).find(|later| {
                matches!(
                    later.kind,
                    OperatorKind::Where { .. }
                        | OperatorKind::Summarize { .. }
                        | OperatorKind::Join(_)
                        | OperatorKind::Distinct { .. }
                        | OperatorKind::Count { .. }
                        | OperatorKind::Top { .. }
                )
            });
            if let (false, Some(later)) = (is_chosen, later) {
                let name = operator.keyword.text(linted.text);
                let message = format!("`{name}` takes any rows, and what follows sees no others");
                found.push(
                    note(codes::TAKE_BEFORE, operator.keyword, message)
                        .label(later.keyword, "sees those rows only")
                        .hint("take at the end, or take it away: it is left from trying the query out"),
                );
            }
        }
    });
}
