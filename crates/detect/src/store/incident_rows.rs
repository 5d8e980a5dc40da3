//! Incidents ↔ rows of SecurityIncident: one row for each change, of which the latest is the incident.
//!
//! In: incidents. Out: rows under Sentinel's columns, and incidents again. What alerts of an incident have in common is kept in `AdditionalData`, under
//! a name of ours.
//!
//! Source: learn.microsoft.com/azure/sentinel/manage-soc-with-incident-metrics and the table reference of SecurityIncident.

use std::collections::BTreeSet;

use engine::Rows;
use semantics::{Value, time};
use serde_json::{Value as Json, json};

use super::cells::{self, Cell, dynamic, json_of, long_of, rows, string, text_of, texts_of};
use crate::incident::{Comment, Incident, Status};
use crate::rule::Severity;
use crate::table::Table;

/// The latest row of each incident that matches a condition of KQL.
pub(super) fn query(condition: &str) -> String {
    format!(
        "SecurityIncident | summarize arg_max(TimeGenerated, *) by IncidentNumber | where {condition} | sort by IncidentNumber asc"
    )
}

/// Rows of incidents as they are.
///
/// # Errors
/// A defect of ours.
pub fn security_incidents<'a>(incidents: impl Iterator<Item = &'a Incident>) -> Result<Rows, engine::Error> {
    rows(incidents.map(record).collect())
}

fn record(incident: &Incident) -> Vec<Cell> {
    let owner = match incident.owner.as_str() {
        "" => json!({"objectId": null, "email": null, "assignedTo": null, "userPrincipalName": null}),
        name => {
            let email = name.contains('@').then_some(name);
            json!({"objectId": null, "email": email, "assignedTo": name, "userPrincipalName": email})
        }
    };
    let comments: Vec<Json> = incident.comments.iter().map(comment).collect();
    let additional = json!({
        "alertsCount": incident.alert_ids.len(), "bookmarksCount": 0, "commentsCount": incident.comments.len(),
        "alertProductNames": ["Azure Sentinel"], "tactics": incident.tactics, "techniques": incident.techniques,
        "vedette": {"groupKey": incident.group_key, "groupedFrom": time::format_datetime(incident.grouped_from)},
    });
    vec![
        ("TimeGenerated", cells::time(Some(incident.modified))),
        ("IncidentName", string(&incident.name)),
        ("Title", string(&incident.title)),
        ("Description", string(&incident.description)),
        ("Severity", string(incident.severity.name())),
        ("Status", string(incident.status.name())),
        ("Classification", string(&incident.classification)),
        ("ClassificationComment", string(&incident.classification_comment)),
        ("ClassificationReason", string(&incident.classification_reason)),
        ("Owner", dynamic(&owner)),
        ("ProviderName", string("Azure Sentinel")),
        ("ProviderIncidentId", string(incident.number.to_string())),
        ("FirstActivityTime", cells::time(Some(incident.first_activity))),
        ("LastActivityTime", cells::time(Some(incident.last_activity))),
        ("FirstModifiedTime", cells::time(incident.first_modified)),
        ("LastModifiedTime", cells::time(Some(incident.modified))),
        ("CreatedTime", cells::time(Some(incident.created))),
        ("ClosedTime", cells::time(incident.closed)),
        ("IncidentNumber", Value::Int(incident.number)),
        ("RelatedAnalyticRuleIds", dynamic(&json!(incident.rule_ids))),
        ("AlertIds", dynamic(&json!(incident.alert_ids))),
        ("BookmarkIds", dynamic(&json!([]))),
        ("Comments", dynamic(&Json::Array(comments))),
        ("Tasks", dynamic(&json!([]))),
        ("Labels", dynamic(&json!([]))),
        ("IncidentUrl", string("")),
        ("AdditionalData", dynamic(&additional)),
        ("ModifiedBy", string(&incident.modified_by)),
        ("SourceSystem", string("Azure")),
    ]
}

fn comment(comment: &Comment) -> Json {
    let time = time::format_datetime(comment.time);
    json!({"message": comment.message, "createdTimeUtc": time, "author": {"name": comment.author}})
}

/// The incident in a row; `None` when it is none of ours, as rows that came from elsewhere may be.
pub(super) fn incident(table: &Table, row: usize) -> Option<Incident> {
    let text = |column: &str| text_of(table, row, column);
    let time = |column: &str| long_of(table, row, column);
    let additional = json_of(table, row, "AdditionalData");
    let own = additional.get("vedette")?;
    let list =
        |key: &str| -> BTreeSet<String> { additional.get(key).map(texts_of).unwrap_or_default().into_iter().collect() };
    let modified = time("LastModifiedTime")?;
    Some(Incident {
        number: i32::try_from(long_of(table, row, "IncidentNumber")?).ok()?,
        name: text("IncidentName"),
        title: text("Title"),
        description: text("Description"),
        severity: Severity::from_name(&text("Severity")).unwrap_or(Severity::Medium),
        status: Status::from_name(&text("Status"))?,
        classification: text("Classification"),
        classification_reason: text("ClassificationReason"),
        classification_comment: text("ClassificationComment"),
        owner: json_of(table, row, "Owner").get("assignedTo").and_then(Json::as_str).unwrap_or_default().to_owned(),
        alert_ids: texts_of(&json_of(table, row, "AlertIds")),
        rule_ids: texts_of(&json_of(table, row, "RelatedAnalyticRuleIds")),
        tactics: list("tactics"),
        techniques: list("techniques"),
        comments: json_of(table, row, "Comments").as_array().into_iter().flatten().filter_map(read_comment).collect(),
        created: time("CreatedTime").unwrap_or(modified),
        first_modified: time("FirstModifiedTime"),
        modified,
        modified_by: text("ModifiedBy"),
        closed: time("ClosedTime"),
        first_activity: time("FirstActivityTime").unwrap_or(modified),
        last_activity: time("LastActivityTime").unwrap_or(modified),
        group_key: own.get("groupKey").and_then(Json::as_str).unwrap_or_default().to_owned(),
        grouped_from: own.get("groupedFrom").and_then(Json::as_str).and_then(time::parse_datetime).unwrap_or(modified),
    })
}

fn read_comment(json: &Json) -> Option<Comment> {
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    Some(Comment {
        author: json.get("author").and_then(|author| text(author, "name")).unwrap_or_default(),
        time: text(json, "createdTimeUtc").and_then(|time| time::parse_datetime(&time)).unwrap_or_default(),
        message: text(json, "message")?,
    })
}
