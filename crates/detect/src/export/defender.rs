//! A rule → a custom detection of Microsoft Defender XDR.
//!
//! Its query must give `Timestamp`, `ReportId` and `DeviceId`. Where ReportId or DeviceId is missing and the query ends in one `summarize` of events, the
//! newest event's are added to it, and to the projections after it; the notes say so. What else is missing is a refusal.
//!
//! Source: Microsoft Graph's `detectionRule`, and the requirements of custom detections.

use serde_json::json;
use syntax::ast::{ExprKind, Operator, OperatorKind, StatementKind};

use super::Exported;
use crate::rule::{Kind, Rule};

/// What a custom detection tells an event by.
const NEEDED: [&str; 3] = ["Timestamp", "ReportId", "DeviceId"];

pub(super) fn export(rule: &Rule, columns: &[String]) -> Result<Exported, String> {
    let mut notes = vec![];
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !columns.iter().any(|column| column == name)).collect();
    if missing.contains(&"Timestamp") {
        return Err("its query gives no Timestamp, which a custom detection needs".to_owned());
    }
    let query = match missing.is_empty() {
        true => None,
        false => Some(with_identity(&rule.query, &missing).ok_or_else(|| {
            format!(
                "its query gives no {}, and does not end in one `summarize` that could give it",
                missing.join(" and no ")
            )
        })?),
    };
    if query.is_some() {
        notes.push(format!("added to the query: {} of the newest event of each row", missing.join(" and ")));
    }
    let period = match rule.kind {
        Kind::NearRealTime => "0",
        Kind::Hunting => return Err("a hunting query has no schedule".to_owned()),
        Kind::Scheduled(schedule) => period(schedule.frequency_seconds),
    };
    if let Kind::Scheduled(schedule) = rule.kind
        && schedule.period_seconds > 30 * 86_400
    {
        notes.push("Defender keeps 30 days of events".to_owned());
    }
    if rule.query.contains("AccountName") && !rule.query.contains("InitiatingProcessAccountName") {
        notes.push("Microsoft's network, file, registry and image tables have no AccountName: the query resolves there only as InitiatingProcessAccountName".to_owned());
    }
    let detection = json!({
        "displayName": rule.name,
        "isEnabled": true,
        "queryCondition": { "queryText": query.as_ref().unwrap_or(&rule.query) },
        "schedule": { "period": period },
        "detectionAction": {
            "alertTemplate": {
                "title": rule.name,
                "description": rule.description,
                "severity": rule.severity.name().to_lowercase(),
                "category": rule.tactics.first(),
                "recommendedActions": null,
                "mitreTechniques": rule.techniques,
                "impactedAssets": [{ "@odata.type": "#microsoft.graph.security.impactedDeviceAsset", "identifier": "deviceId" }],
            },
            "organizationalScope": null,
            "responseActions": [],
        },
    });
    let text = serde_json::to_string_pretty(&detection).map_err(|error| error.to_string())?;
    Ok(Exported { text: text + "\n", notes, query })
}

/// The longest of Defender's intervals that is no longer than the rule's.
fn period(frequency_seconds: i64) -> &'static str {
    match frequency_seconds / 3_600 {
        24.. => "24H",
        12..24 => "12H",
        3..12 => "3H",
        _ => "1H",
    }
}

/// The query with the newest event's columns added; `None` where there is no single `summarize` to add them to.
fn with_identity(query: &str, missing: &[&str]) -> Option<String> {
    let parsed = syntax::parse(query);
    let statement = parsed.query.statements.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Expression(expr) => Some(expr),
        _ => None,
    })?;
    let ExprKind::Pipe { operators, .. } = &statement.kind else { return None };
    let summaries = operators.iter().filter(|operator| matches!(operator.kind, OperatorKind::Summarize { .. }));
    if !parsed.errors.is_empty() || summaries.count() != 1 {
        return None;
    }
    let names = missing.join(", ");
    let mut edits: Vec<(u32, String)> = vec![];
    let mut is_after = false;
    for Operator { kind, keyword, .. } in operators {
        match kind {
            OperatorKind::Summarize { aggregates, .. } => {
                let comma = if aggregates.is_empty() { "" } else { "," };
                edits.push((keyword.end, format!(" arg_max(Timestamp, {names}){comma}")));
                is_after = true;
            }
            OperatorKind::Project { .. } if is_after => edits.push((keyword.end, format!(" {names},"))),
            // Any of these would drop or repeat what was added.
            OperatorKind::Distinct { .. } | OperatorKind::ProjectKeep { .. } | OperatorKind::Count { .. }
                if is_after =>
            {
                return None;
            }
            _ => {}
        }
    }
    let mut text = query.to_owned();
    for (at, added) in edits.into_iter().rev() {
        text.insert_str(at as usize, &added);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_event_is_added_to_a_summary() {
        let text = "let X = 1;\nT | summarize N = count() by D | where N > 3 | project Timestamp = L, D";
        assert_eq!(
            with_identity(text, &["ReportId", "DeviceId"]).as_deref(),
            Some(
                "let X = 1;\nT | summarize arg_max(Timestamp, ReportId, DeviceId), N = count() by D | where N > 3 | project ReportId, DeviceId, Timestamp = L, D"
            )
        );
        assert_eq!(with_identity("T | project Timestamp", &["ReportId"]), None);
        assert_eq!(with_identity("T | summarize count() by D | summarize count() by E", &["ReportId"]), None);
        assert_eq!(with_identity("T | summarize count() by D | distinct D", &["ReportId"]), None);
    }

    #[test]
    fn a_detection_runs_as_often_as_its_rule_or_more() {
        assert_eq!([300, 3_600, 10_800, 43_200, 86_400, 604_800].map(period), ["1H", "1H", "3H", "12H", "24H", "24H"]);
    }
}
