//! A rule → a deployment template of Azure Resource Manager with one analytics rule of Microsoft Sentinel.
//!
//! Source: Microsoft's reference of `Microsoft.SecurityInsights/alertRules`.

use serde_json::{Map, Value as Json, json};

use super::{Exported, techniques};
use crate::rule::{Grouping, Kind, Rule, Schedule, TriggerOperator};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const API: &str = "2023-12-01-preview";

pub(super) fn export(rule: &Rule) -> Result<Exported, String> {
    let kind = match rule.kind {
        Kind::Scheduled(_) => "Scheduled",
        Kind::NearRealTime => "NRT",
        Kind::Hunting => return Err("a hunting query is no analytics rule".to_owned()),
    };
    let provider = "parameters('workspace'), '/Microsoft.SecurityInsights/";
    let template = json!({
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": { "workspace": { "type": "String", "metadata": { "description": "The Log Analytics workspace of Sentinel" } } },
        "resources": [{
            "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
            "apiVersion": API,
            "name": format!("[concat({provider}{}')]", rule.id),
            "kind": kind,
            "properties": properties(rule),
        }],
    });
    let text = serde_json::to_string_pretty(&template).map_err(|error| error.to_string())?;
    let mut notes = vec![];
    if !rule.functions.is_empty() {
        notes.push("functions that the query calls out of its pack have to be saved in the workspace first".to_owned());
    }
    Ok(Exported { text: text + "\n", notes, query: None })
}

fn properties(rule: &Rule) -> Json {
    let (techniques, sub_techniques) = techniques(rule);
    let grouping = match rule.grouping {
        Grouping::SingleAlert => "SingleAlert",
        Grouping::AlertPerResult => "AlertPerResult",
    };
    let mut properties = json!({
        "displayName": literal(&rule.name),
        "description": literal(&rule.description),
        "severity": rule.severity.name(),
        "enabled": true,
        "query": literal(&rule.query),
        "tactics": rule.tactics,
        "techniques": techniques,
        "subTechniques": sub_techniques,
        "suppressionEnabled": false,
        "suppressionDuration": "PT5H",
        "templateVersion": rule.version,
        "entityMappings": entities(rule),
        "eventGroupingSettings": { "aggregationKind": grouping },
    });
    let Some(fields) = properties.as_object_mut() else { return properties };
    if let Kind::Scheduled(schedule) = rule.kind {
        add_schedule(fields, schedule);
    }
    if !rule.custom_details.is_empty() {
        let details = rule.custom_details.iter().map(|(key, column)| (key.clone(), json!(column)));
        fields.insert("customDetails".to_owned(), Json::Object(details.collect()));
    }
    if let Some(overrides) = overrides(rule) {
        fields.insert("alertDetailsOverride".to_owned(), overrides);
    }
    for key in ["suppressionEnabled", "suppressionDuration", "incidentConfiguration", "sentinelEntitiesMappings"] {
        if let Some(value) = rule.extra.get(key).and_then(|value| serde_json::to_value(value).ok()) {
            fields.insert(key.to_owned(), value);
        }
    }
    properties
}

fn add_schedule(fields: &mut Map<String, Json>, schedule: Schedule) {
    let operator = match schedule.operator {
        TriggerOperator::GreaterThan => "GreaterThan",
        TriggerOperator::LessThan => "LessThan",
        TriggerOperator::Equal => "Equal",
        TriggerOperator::NotEqual => "NotEqual",
    };
    fields.insert("queryFrequency".to_owned(), json!(iso(schedule.frequency_seconds)));
    fields.insert("queryPeriod".to_owned(), json!(iso(schedule.period_seconds)));
    fields.insert("triggerOperator".to_owned(), json!(operator));
    fields.insert("triggerThreshold".to_owned(), json!(schedule.threshold));
}

fn entities(rule: &Rule) -> Vec<Json> {
    let mapping = |mapping: &crate::rule::EntityMapping| {
        let fields =
            mapping.fields.iter().map(|(identifier, column)| json!({ "identifier": identifier, "columnName": column }));
        json!({ "entityType": mapping.entity_type, "fieldMappings": fields.collect::<Vec<_>>() })
    };
    rule.entity_mappings.iter().map(mapping).collect()
}

fn overrides(rule: &Rule) -> Option<Json> {
    let overrides = &rule.overrides;
    let mut fields = Map::new();
    let texts = [
        ("alertDisplayNameFormat", &overrides.title_format),
        ("alertDescriptionFormat", &overrides.description_format),
        ("alertSeverityColumnName", &overrides.severity_column),
        ("alertTacticsColumnName", &overrides.tactics_column),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            fields.insert(key.to_owned(), json!(literal(text)));
        }
    }
    if !overrides.properties.is_empty() {
        let properties =
            overrides.properties.iter().map(|(name, column)| json!({ "alertProperty": name, "value": column }));
        fields.insert("alertDynamicProperties".to_owned(), json!(properties.collect::<Vec<_>>()));
    }
    (!fields.is_empty()).then_some(Json::Object(fields))
}

/// Text that begins with a bracket would be an expression of the template; a second bracket makes it text.
fn literal(text: &str) -> String {
    if text.starts_with('[') { format!("[{text}") } else { text.to_owned() }
}

/// Seconds as a duration of ISO 8601, in the largest unit that divides them.
fn iso(seconds: i64) -> String {
    match seconds {
        _ if seconds % 86_400 == 0 => format!("P{}D", seconds / 86_400),
        _ if seconds % 3_600 == 0 => format!("PT{}H", seconds / 3_600),
        _ if seconds % 60 == 0 => format!("PT{}M", seconds / 60),
        _ => format!("PT{seconds}S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::sentinel;

    fn rule(kind: &str) -> Rule {
        let text = format!(
            "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: '[x] named'\ndescription: d\nversion: 1.0.0\n{kind}\
             severity: Low\nrequiredDataConnectors: []\ntactics: [CommandAndControl]\nrelevantTechniques: [T1071, T1071.001]\nquery: T\n\
             customDetails: {{Count: N}}\nalertDetailsOverride: {{alertDisplayNameFormat: 'x {{{{N}}}}'}}\n"
        );
        sentinel::read("r.yaml", &text).0.expect("a rule")
    }

    const SCHEDULED: &str =
        "kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 14d\ntriggerOperator: gt\ntriggerThreshold: 0\n";

    #[test]
    fn a_scheduled_rule_has_its_schedule() {
        let exported = export(&rule(SCHEDULED)).expect("a template");
        let template: Json = serde_json::from_str(&exported.text).expect("JSON");
        let resource = &template["resources"][0];
        let properties = &resource["properties"];
        assert_eq!(resource["kind"], "Scheduled");
        assert_eq!(
            resource["name"],
            "[concat(parameters('workspace'), '/Microsoft.SecurityInsights/0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001')]"
        );
        assert_eq!((&properties["queryFrequency"], &properties["queryPeriod"]), (&json!("PT1H"), &json!("P14D")));
        assert_eq!(
            (&properties["triggerOperator"], &properties["triggerThreshold"]),
            (&json!("GreaterThan"), &json!(0))
        );
        assert_eq!(
            (&properties["techniques"], &properties["subTechniques"]),
            (&json!(["T1071"]), &json!(["T1071.001"]))
        );
        assert_eq!(properties["displayName"], "[[x] named", "a template reads one bracket as an expression");
        assert_eq!(properties["alertDetailsOverride"]["alertDisplayNameFormat"], "x {{N}}");
        assert_eq!(properties["customDetails"], json!({ "Count": "N" }));
    }

    #[test]
    fn kinds_that_have_no_schedule() {
        let exported = export(&rule("kind: NRT\n")).expect("a template");
        let template: Json = serde_json::from_str(&exported.text).expect("JSON");
        assert_eq!(template["resources"][0]["kind"], "NRT");
        assert_eq!(template["resources"][0]["properties"]["queryPeriod"], Json::Null);
        let hunting = Rule { kind: Kind::Hunting, ..rule("kind: NRT\n") };
        assert!(export(&hunting).is_err());
    }

    #[test]
    fn durations_are_written_in_their_unit() {
        assert_eq!([iso(300), iso(3_600), iso(86_400 * 7), iso(5_400)], ["PT5M", "PT1H", "P7D", "PT90M"]);
    }
}
