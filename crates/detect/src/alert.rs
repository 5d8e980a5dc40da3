//! Rows → alerts: entities, custom details, and what the alert says instead of its rule.
//!
//! In: a rule and the rows of one run. Out: its alerts. A function of its arguments: who is told, and when, is not known here.
//!
//! Sentinel makes at most 150 alerts of one run; we make one per row, however many: a replay must not lose rows. That is our choice.

use serde_json::Value as Json;

use crate::cell;
use crate::rule::{Grouping, Kind, Rule, Severity};
use crate::table::Table;

/// What a person is told about.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// The GUID of its rule.
    pub rule_id: String,
    /// The name of its rule.
    pub rule_name: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// How much it weighs.
    pub severity: Severity,
    /// ATT&CK tactics.
    pub tactics: Vec<String>,
    /// ATT&CK techniques and sub-techniques.
    pub techniques: Vec<String>,
    /// Hosts, accounts, addresses … each once.
    pub entities: Vec<Entity>,
    /// The details that its rule asks for: key and the different values, in the order of the rows.
    pub custom_details: Vec<(String, Vec<String>)>,
    /// Further properties that its rule sets: `AlertLink`, `ConfidenceScore` …
    pub properties: Vec<(String, String)>,
    /// The rows it was made of, as places in the table.
    pub rows: Vec<usize>,
}

/// Something that an alert is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// `Host`, `Account`, `IP`, `URL` …
    pub entity_type: String,
    /// Identifier and value; never empty.
    pub identifiers: Vec<(String, String)>,
}

/// The alerts of one run; none when its row count does not trigger the rule.
///
/// Scheduled rules compare the row count with their threshold; others alert on any row. A rule that triggers without rows (`lt 1`: a source
/// that fell silent) gives one alert without entities, whatever its grouping.
pub fn alerts(rule: &Rule, table: &Table) -> Vec<Alert> {
    alerts_at_most(rule, table, usize::MAX)
}

/// The same, but no more alerts than so many: of more rows the last alert is about all of them, as Sentinel's 150th is.
pub fn alerts_at_most(rule: &Rule, table: &Table, max: usize) -> Vec<Alert> {
    let row_count = table.rows.len() as u64;
    let is_triggered = match rule.kind {
        Kind::Scheduled(schedule) => schedule.operator.holds(row_count, schedule.threshold),
        Kind::NearRealTime | Kind::Hunting => row_count > 0,
    };
    match (is_triggered, rule.grouping) {
        (false, _) => vec![],
        (true, Grouping::AlertPerResult) if row_count > 0 => {
            let all = 0..table.rows.len();
            let single = if table.rows.len() > max { max.saturating_sub(1) } else { table.rows.len() };
            let mut alerts: Vec<Alert> = all.clone().take(single).map(|row| alert(rule, table, vec![row])).collect();
            if single < table.rows.len() {
                alerts.push(alert(rule, table, all.collect()));
            }
            alerts
        }
        (true, Grouping::AlertPerResult | Grouping::SingleAlert) => {
            vec![alert(rule, table, (0..table.rows.len()).collect())]
        }
    }
}

/// One alert of some rows. Words that a row decides are those of the first.
fn alert(rule: &Rule, table: &Table, rows: Vec<usize>) -> Alert {
    let overrides = &rule.overrides;
    let first = |column: &str| rows.first().and_then(|row| text(table, *row, column)).unwrap_or_default();
    let format = |format: &Option<String>, otherwise: &str| match format {
        Some(format) => fill(format, first),
        None => otherwise.to_owned(),
    };
    let severity = overrides.severity_column.as_deref().and_then(|column| Severity::from_name(&first(column)));
    let tactics = overrides.tactics_column.as_deref().map(|column| listed(&first(column)));
    let properties = overrides.properties.iter().map(|(name, column)| (name.clone(), first(column)));
    Alert {
        rule_id: rule.id.clone(),
        rule_name: rule.name.clone(),
        title: format(&overrides.title_format, &rule.name),
        description: format(&overrides.description_format, &rule.description),
        severity: severity.unwrap_or(rule.severity),
        tactics: tactics.filter(|tactics| !tactics.is_empty()).unwrap_or_else(|| rule.tactics.clone()),
        techniques: rule.techniques.clone(),
        entities: entities(rule, table, &rows),
        custom_details: details(rule, table, &rows),
        properties: properties.filter(|(_, value)| !value.is_empty()).collect(),
        rows,
    }
}

/// Replaces each `{{Column}}`; what has no end stays as it is.
fn fill(format: &str, value: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        text.push_str(before);
        text.push_str(&value(name.trim()));
        rest = after;
    }
    text + rest
}

fn text(table: &Table, row: usize, column: &str) -> Option<String> {
    table.value(row, column).map(cell::text)
}

/// A JSON array of texts, or texts between commas.
fn listed(text: &str) -> Vec<String> {
    match serde_json::from_str(text) {
        Ok(Json::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect(),
    }
}

fn entities(rule: &Rule, table: &Table, rows: &[usize]) -> Vec<Entity> {
    let mut entities: Vec<Entity> = vec![];
    for row in rows {
        for mapping in &rule.entity_mappings {
            let values = mapping.fields.iter().filter_map(|(identifier, column)| {
                text(table, *row, column).filter(|value| !value.is_empty()).map(|value| (identifier.clone(), value))
            });
            let entity = Entity { entity_type: mapping.entity_type.clone(), identifiers: values.collect() };
            if !entity.identifiers.is_empty() && !entities.contains(&entity) {
                entities.push(entity);
            }
        }
    }
    entities
}

fn details(rule: &Rule, table: &Table, rows: &[usize]) -> Vec<(String, Vec<String>)> {
    let mut details = vec![];
    for (key, column) in &rule.custom_details {
        let mut values: Vec<String> = vec![];
        for value in rows.iter().filter_map(|row| text(table, *row, column)) {
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        details.push((key.clone(), values));
    }
    details
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::sentinel;
    use semantics::{Column, Type, Value};

    fn rule(rest: &str) -> Rule {
        let text = format!(
            "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: Named\ndescription: Described\nversion: 1.0.0\nkind: Scheduled\n\
             severity: Low\nrequiredDataConnectors: []\nqueryFrequency: 1h\nqueryPeriod: 1h\ntactics: [Impact]\nquery: T\n{rest}"
        );
        let (rule, problems) = sentinel::read("r.yaml", &text);
        assert_eq!(problems, []);
        rule.expect("the rule is whole")
    }

    fn table() -> Table {
        let columns = [("Host", Type::String), ("Count", Type::Long), ("Sev", Type::String), ("Tac", Type::Dynamic)];
        let row = |host: &str, count: i64, severity: &str, tactics: &str| {
            let tactics = if tactics.is_empty() { Value::Null(Type::Dynamic) } else { Value::Dynamic(tactics.into()) };
            vec![Value::String(host.into()), Value::Long(count), Value::String(severity.into()), tactics]
        };
        Table {
            columns: columns.map(|(name, ty)| Column::new(name, ty)).to_vec(),
            rows: vec![row("a", 3, "high", "[\"Execution\"]"), row("", 3, "odd", ""), row("a", 5, "", "")],
        }
    }

    const HOST: &str =
        "entityMappings:\n- entityType: Host\n  fieldMappings:\n  - {identifier: FullName, columnName: Host}\n";
    const ANY: &str = "triggerOperator: gt\ntriggerThreshold: 0\n";
    const PER_ROW: &str = "eventGroupingSettings: {aggregationKind: AlertPerResult}\n";

    #[test]
    fn one_alert_holds_the_different_values_of_all_rows() {
        let alerts = alerts(&rule(&format!("{ANY}{HOST}customDetails: {{Count: Count}}\n")), &table());
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rows, [0, 1, 2]);
        assert_eq!(
            alerts[0].entities,
            [Entity { entity_type: "Host".into(), identifiers: vec![("FullName".into(), "a".into())] }]
        );
        assert_eq!(alerts[0].custom_details, [("Count".to_owned(), vec!["3".to_owned(), "5".to_owned()])]);
        assert_eq!((alerts[0].title.as_str(), alerts[0].severity), ("Named", Severity::Low));
    }

    #[test]
    fn one_alert_per_row_speaks_for_its_row() {
        let overrides = "alertDetailsOverride:\n  alertDisplayNameFormat: '{{Host}} had {{ Count }} {{'\n  alertSeverityColumnName: Sev\n  alertTacticsColumnName: Tac\n  alertDynamicProperties: [{alertProperty: AlertLink, value: Host}]\n";
        let alerts = alerts(&rule(&format!("{ANY}{HOST}{PER_ROW}{overrides}")), &table());
        let titles: Vec<&str> = alerts.iter().map(|alert| alert.title.as_str()).collect();
        assert_eq!(titles, ["a had 3 {{", " had 3 {{", "a had 5 {{"]);
        let severities: Vec<Severity> = alerts.iter().map(|alert| alert.severity).collect();
        assert_eq!(severities, [Severity::High, Severity::Low, Severity::Low]);
        assert_eq!(alerts[0].tactics, ["Execution"]);
        assert_eq!(alerts[1].tactics, ["Impact"]);
        assert_eq!(alerts[0].properties, [("AlertLink".to_owned(), "a".to_owned())]);
        assert_eq!(alerts[1].entities, []);
        assert_eq!(alerts[1].properties, []);
    }

    #[test]
    fn the_row_count_decides() {
        let count = |operator: &str, threshold: u64| {
            alerts(&rule(&format!("triggerOperator: {operator}\ntriggerThreshold: {threshold}\n{PER_ROW}")), &table())
                .len()
        };
        assert_eq!((count("gt", 3), count("gt", 2)), (0, 3));
        assert_eq!((count("lt", 3), count("lt", 4)), (0, 3));
        assert_eq!((count("eq", 2), count("eq", 3)), (0, 3));
        assert_eq!((count("ne", 3), count("ne", 0)), (0, 3));
    }

    /// Microsoft's page of scheduled rules: of more than 150 events the first 149 have an alert each, and the 150th summarizes all of them.
    #[test]
    fn the_last_alert_of_too_many_is_about_all() {
        let rows = |max: usize| {
            let alerts = alerts_at_most(&rule(&format!("{ANY}{PER_ROW}")), &table(), max);
            alerts.into_iter().map(|alert| alert.rows).collect::<Vec<_>>()
        };
        assert_eq!(rows(2), [vec![0], vec![0, 1, 2]]);
        assert_eq!(rows(3), [[0], [1], [2]]);
    }

    #[test]
    fn silence_can_be_an_alert() {
        let nothing = Table { rows: vec![], ..table() };
        let alerts = alerts(&rule(&format!("triggerOperator: lt\ntriggerThreshold: 1\n{HOST}{PER_ROW}")), &nothing);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].entities, []);
    }
}
