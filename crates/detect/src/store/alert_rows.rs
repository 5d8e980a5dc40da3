//! Alerts → rows of SecurityAlert, AlertInfo and AlertEvidence, with the words that Sentinel puts into them.
//!
//! In: alerts with their rules, and when they are stored. Out: rows. Published queries look for `ProviderName == "ASI Scheduled Alerts"` and for keys of
//! `ExtendedProperties` by name, so they are what they are in Sentinel.
//!
//! Source: learn.microsoft.com/azure/sentinel/security-alert-schema

use engine::Rows;
use semantics::{Type, Value, time::format_timespan};
use serde_json::{Map, Value as Json, json};

use super::cells::{Cell, dynamic, rows, string, time};
use super::entity::{self, EVIDENCE_COLUMNS};
use crate::raise::{Raised, rule_key};
use crate::rule::{Grouping, Kind, Rule, TriggerOperator};
use crate::schedule::SECOND;

/// A workspace has a GUID; a lake has none.
const NO_WORKSPACE: &str = "00000000-0000-0000-0000-000000000000";

/// An alert and its rule.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// The alert.
    pub raised: &'a Raised,
}

/// Rows of SecurityAlert.
///
/// # Errors
/// A defect of ours.
pub fn security_alerts(alerts: &[Told<'_>], now: i64) -> Result<Rows, engine::Error> {
    rows(alerts.iter().map(|told| security_alert(*told, now)).collect())
}

fn security_alert(Told { rule, raised }: Told<'_>, now: i64) -> Vec<Cell> {
    let alert = &raised.alert;
    let property = |name: &str| alert.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let own = |name: &str, otherwise: &str| string(property(name).unwrap_or_else(|| otherwise.to_owned()));
    let (subs, techniques): (Vec<&String>, Vec<&String>) = alert.techniques.iter().partition(|name| name.contains('.'));
    let confidence = property("ConfidenceScore").and_then(|text| text.parse().ok());
    vec![
        ("TimeGenerated", time(Some(now))),
        ("DisplayName", string(&alert.title)),
        ("AlertName", string(&alert.title)),
        ("AlertSeverity", string(alert.severity.name())),
        ("Description", string(&alert.description)),
        ("ProviderName", own("ProviderName", provider(rule))),
        ("VendorName", string("Microsoft")),
        ("VendorOriginalId", string(&raised.id)),
        ("SystemAlertId", string(&raised.id)),
        ("AlertType", string(format!("{NO_WORKSPACE}_{}", rule_key(rule)))),
        ("ConfidenceLevel", own("ConfidenceLevel", "")),
        ("ConfidenceScore", confidence.map_or(Value::Null(Type::Real), Value::Real)),
        ("IsIncident", Value::Bool(false)),
        ("StartTime", time(Some(raised.start))),
        ("EndTime", time(Some(raised.end))),
        ("ProcessingEndTime", time(Some(now))),
        ("RemediationSteps", own("RemediationSteps", "")),
        ("ExtendedProperties", string(properties(rule, raised).to_string())),
        ("Entities", string(entity::to_json(&alert.entities).to_string())),
        ("ExtendedLinks", own("ExtendedLinks", "")),
        ("ProductName", own("ProductName", "Azure Sentinel")),
        ("ProductComponentName", own("ProductComponentName", component(rule))),
        ("AlertLink", own("AlertLink", "")),
        ("Status", string("New")),
        ("CompromisedEntity", string("")),
        ("Tactics", string(alert.tactics.join(","))),
        ("Techniques", string(json!(techniques).to_string())),
        ("SubTechniques", string(json!(subs).to_string())),
    ]
}

fn provider(rule: &Rule) -> &'static str {
    if rule.kind == Kind::NearRealTime { "ASI NRT Alerts" } else { "ASI Scheduled Alerts" }
}

fn component(rule: &Rule) -> &'static str {
    if rule.kind == Kind::NearRealTime { "NRT Alerts" } else { "Scheduled Alerts" }
}

/// Sentinel's words for operators, in health and alerts.
pub(super) const fn operator_words(operator: TriggerOperator) -> &'static str {
    match operator {
        TriggerOperator::GreaterThan => "Greater Than",
        TriggerOperator::LessThan => "Less Than",
        TriggerOperator::Equal => "Equal",
        TriggerOperator::NotEqual => "Not Equal",
    }
}

/// All values are text, as in Sentinel.
fn properties(rule: &Rule, raised: &Raised) -> Json {
    let mut bag = Map::new();
    let mut put = |key: &str, value: String| drop(bag.insert(key.to_owned(), Json::String(value)));
    if let Kind::Scheduled(schedule) = rule.kind {
        put("Query Period", format_timespan(schedule.period_seconds.saturating_mul(SECOND)));
        put("Trigger Operator", operator_words(schedule.operator).to_owned());
        put("Trigger Threshold", schedule.threshold.to_string());
    }
    put("Search Query Results Overall Count", raised.row_count.to_string());
    put("Query", rule.query.clone());
    put("Query Start Time UTC", semantics::time::format_datetime(raised.due.start));
    put("Query End Time UTC", semantics::time::format_datetime(raised.due.end));
    put("Analytic Rule Ids", json!([rule_key(rule)]).to_string());
    put("Analytic Rule Name", rule.name.clone());
    let grouping = match rule.grouping {
        Grouping::SingleAlert => "SingleAlert",
        Grouping::AlertPerResult => "AlertPerResult",
    };
    put("Event Grouping", grouping.to_owned());
    put("Correlation Id", lake::guid_of(&["run", &rule_key(rule), &raised.due.end.to_string()]));
    put("ProcessedBySentinel", "True".to_owned());
    put("Alert generation status", "Full alert created".to_owned());
    let details = raised.alert.custom_details.iter().map(|(key, values)| (key.clone(), json!(values)));
    let details: Map<String, Json> = details.collect();
    if !details.is_empty() {
        put("Custom Details", Json::Object(details).to_string());
    }
    Json::Object(bag)
}

/// Rows of AlertInfo.
///
/// # Errors
/// A defect of ours.
pub fn alert_infos(alerts: &[Told<'_>], now: i64) -> Result<Rows, engine::Error> {
    let info = |Told { rule, raised }: &Told<'_>| {
        let alert = &raised.alert;
        vec![
            ("Timestamp", time(Some(now))),
            ("AlertId", string(&raised.id)),
            ("Title", string(&alert.title)),
            ("Category", string(alert.tactics.first().cloned().unwrap_or_default())),
            ("Severity", string(alert.severity.name())),
            ("ServiceSource", string("Microsoft Sentinel")),
            ("DetectionSource", string(component(rule))),
            ("AttackTechniques", string(json!(alert.techniques).to_string())),
        ]
    };
    rows(alerts.iter().map(info).collect())
}

/// Rows of AlertEvidence: one for each entity of an alert.
///
/// # Errors
/// A defect of ours.
pub fn alert_evidence(alerts: &[Told<'_>], now: i64) -> Result<Rows, engine::Error> {
    let mut records = vec![];
    for Told { rule, raised } in alerts {
        let alert = &raised.alert;
        for found in alert.entities.iter().take(entity::ENTITIES_MAX) {
            let evidence = entity::evidence(found);
            let mut record = vec![
                ("Timestamp", time(Some(now))),
                ("AlertId", string(&raised.id)),
                ("Title", string(&alert.title)),
                ("Categories", string(json!(alert.tactics).to_string())),
                ("AttackTechniques", string(json!(alert.techniques).to_string())),
                ("ServiceSource", string("Microsoft Sentinel")),
                ("DetectionSource", string(component(rule))),
                ("EntityType", string(evidence.entity_type)),
                ("EvidenceRole", string(evidence.role)),
                ("Severity", string(alert.severity.name())),
                ("AdditionalFields", dynamic(&entity::to_json(std::slice::from_ref(found))[0])),
            ];
            for column in EVIDENCE_COLUMNS {
                let value = evidence.columns.iter().find(|(name, _)| *name == column).map(|(_, value)| value.clone());
                record.push((column, string(value.unwrap_or_default())));
            }
            records.push(record);
        }
    }
    rows(records)
}
