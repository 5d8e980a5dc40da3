//! Columns that a custom detection of Defender needs, and that the result lacks.

use syntax::ast::{ExprKind, StatementKind};
use syntax::{Diagnostic, Span};

use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::DETECTION_COLUMNS,
    name: "detection-columns",
    summary: "a result that cannot be saved as a custom detection of Defender, because it lacks columns",
    occasion: Occasion::OnRequest,
    check,
};

/// One of these says what a detection is about.
/// Source: learn.microsoft.com/defender-xdr/custom-detection-rules, "Required columns in the query results".
const ENTITIES: [&str; 14] = [
    "DeviceId",
    "DeviceName",
    "RemoteDeviceName",
    "RecipientEmailAddress",
    "SenderFromAddress",
    "SenderMailFromAddress",
    "SenderObjectId",
    "RecipientObjectId",
    "AccountObjectId",
    "AccountSid",
    "AccountUpn",
    "InitiatingProcessAccountSid",
    "InitiatingProcessAccountUpn",
    "InitiatingProcessAccountObjectId",
];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let Some(result) = linted.bound.and_then(|bound| bound.results.last()) else { return };
    let has = |name: &str| result.schema.iter().any(|column| column.name == name);
    let mut missing = vec![];
    if !has("Timestamp") && !has("TimeGenerated") {
        missing.push("`Timestamp`");
    }
    if !has("ReportId") {
        missing.push("`ReportId`");
    }
    if !ENTITIES.iter().any(|name| has(name)) {
        missing.push("a column of an entity, such as `DeviceId`");
    }
    if missing.is_empty() {
        return;
    }
    let message = format!("the result lacks {}, which a custom detection of Defender needs", missing.join(" and "));
    found.push(
        note(codes::DETECTION_COLUMNS, last_operator(linted), message)
            .hint("a group keeps them with `arg_max(Timestamp, ReportId, DeviceId)`"),
    );
}

/// The operator that makes the result.
fn last_operator(linted: &Linted<'_>) -> Span {
    let expressions = linted.query.statements.iter().rev().filter_map(|statement| match &statement.kind {
        StatementKind::Expression(expr) => Some(tree::bare(expr)),
        _ => None,
    });
    let Some(expr) = expressions.into_iter().next() else { return Span::new(0, 0) };
    match &expr.kind {
        ExprKind::Pipe { operators, .. } => operators.last().map_or(expr.span, |operator| operator.keyword),
        _ => expr.span,
    }
}
