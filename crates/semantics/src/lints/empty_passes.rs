//! An exclusion by a column that is often empty: what has no name there passes.

use syntax::Diagnostic;
use syntax::ast::ExprKind;

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::EMPTY_PASSES,
    name: "empty-passes",
    summary: "an exclusion by a column that is often empty, which passes then",
    occasion: Occasion::Always,
    check,
};

/// Columns that are empty for connections to a bare address.
/// Source: learn.microsoft.com/defender-xdr/advanced-hunting-devicenetworkevents-table.
const OFTEN_EMPTY: [&str; 2] = ["RemoteUrl", "DestinationHostName"];

/// Tables whose rows are connections.
const TABLES: [&str; 2] = ["DeviceNetworkEvents", "CommonSecurityLog"];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let mut exclusions = vec![];
    let mut is_asked = false;
    tree::each_condition(linted.query, |expr, is_excluded| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        let Some(column) = linted.column(comparison.subject).filter(|column| OFTEN_EMPTY.contains(column)) else {
            return;
        };
        if linted.table(comparison.subject).is_some_and(|table| !TABLES.contains(&table)) {
            return;
        }
        let names_empty = comparison.values.iter().any(|value| value.value.is_empty());
        if comparison.is_negated == is_excluded || names_empty {
            // A name that is wanted is not empty.
            is_asked = true;
        } else if comparison.how != How::Equal || comparison.values.len() > 1 {
            exclusions.push((comparison.op_span, column.to_owned()));
        }
    });
    tree::each_expr(linted.query, |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            let is_test =
                ["isnotempty", "isempty", "strlen", "notempty", "isnotnull"].contains(&call.name.text.as_str());
            is_asked |= is_test && call.arguments.iter().any(|argument| tree::mentions(&argument.value, &OFTEN_EMPTY));
        }
    });
    if is_asked {
        return;
    }
    if let Some((span, column)) = exclusions.into_iter().next() {
        let message =
            format!("connections to a bare address have an empty `{column}`, and all of them pass this exclusion");
        found.push(note(codes::EMPTY_PASSES, span, message).hint(format!(
            "if they are not wanted: `isnotempty({column}) and …`; if they are, exclude known addresses as well"
        )));
    }
}
