//! Is a filter one on time?

use syntax::ast::{Expr, ExprKind, Operator, OperatorKind};

use super::{Linted, columns, tree};

/// Tables with a row for each event of a fleet or tenant. Sources: as for `columns`.
pub(super) const LARGE_TABLES: [&str; 38] = [
    "AADManagedIdentitySignInLogs",
    "AADNonInteractiveUserSignInLogs",
    "AADServicePrincipalSignInLogs",
    "AWSCloudTrail",
    "AuditLogs",
    "AzureActivity",
    "AzureDiagnostics",
    "CloudAppEvents",
    "CommonSecurityLog",
    "DeviceEvents",
    "DeviceFileCertificateInfo",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "DnsEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailUrlInfo",
    "Event",
    "IdentityDirectoryEvents",
    "IdentityLogonEvents",
    "IdentityQueryEvents",
    "OfficeActivity",
    "Perf",
    "SecurityEvent",
    "SigninLogs",
    "StorageBlobLogs",
    "Syslog",
    "UrlClickEvents",
    "VMConnection",
    "W3CIISLog",
    "WindowsEvent",
    "WireData",
];

/// Columns that may bound the time of a row.
const TIME_WORDS: [&str; 8] = [
    "Timestamp",
    "TimeGenerated",
    "ingestion_time",
    "EventTime",
    "StartTime",
    "CreatedDateTime",
    "EventStartTime",
    "timestamp",
];

/// Does an operator look at the time of a row, to choose rows?
pub(super) fn looks_at_time(operator: &Operator) -> bool {
    match &operator.kind {
        OperatorKind::Where { .. }
        | OperatorKind::Find(_)
        | OperatorKind::Search { .. }
        | OperatorKind::MakeSeries(_)
        | OperatorKind::Evaluate { .. } => {
            tree::operator_mentions(operator, &TIME_WORDS) || calls_ingestion_time(operator)
        }
        _ => false,
    }
}

fn calls_ingestion_time(operator: &Operator) -> bool {
    match &operator.kind {
        OperatorKind::Where { predicate, .. } => {
            let mut found = false;
            tree::each_inside(predicate, |expr| {
                if let ExprKind::Call(call) = &expr.kind {
                    found |= call.name.text == "ingestion_time";
                }
            });
            found
        }
        _ => false,
    }
}

/// Does a filter compare the time of a row with constants only?
pub(super) fn bounds_time(linted: &Linted<'_>, predicate: &Expr) -> bool {
    let mut parts = vec![];
    tree::conjuncts(predicate, &mut parts);
    parts.into_iter().any(|part| {
        let Some(bounded) = super::stages::bounded(part) else { return false };
        let is_time = tree::name(bounded.value).is_some_and(|name| columns::TIMES.contains(&name));
        is_time && [bounded.least, bounded.most].into_iter().flatten().all(|bound| is_constant(linted, bound))
    })
}

fn is_constant(linted: &Linted<'_>, expr: &Expr) -> bool {
    let mut is_constant = true;
    tree::each_inside(expr, |inner| {
        if let ExprKind::Name(name) = &inner.kind {
            is_constant &= linted.constant(&name.text).is_some();
        }
    });
    is_constant
}

/// How far a condition looks back, in ticks: `Timestamp > ago(w)`, `Timestamp between (ago(w) .. now())`.
pub(super) fn since(linted: &Linted<'_>, part: &Expr) -> Option<f64> {
    let bounded = super::stages::bounded(part)?;
    let is_time = tree::name(bounded.value).is_some_and(|name| columns::TIMES.contains(&name));
    let call = tree::call(bounded.least?)?;
    let ticks = linted.ticks(tree::argument(call, 0)?)?;
    (is_time && call.name.text == "ago").then_some(ticks)
}

/// Does a condition look at the time of a row?
pub(super) fn is_about_time(part: &Expr) -> bool {
    tree::mentions(part, &columns::TIMES)
}
