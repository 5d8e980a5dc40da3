//! Sentinel's YAML of analytic rules and hunting queries → [`Rule`].
//!
//! In: the text of a file. Out: the rule, if its query can be run as its author means it, and every problem of the file, by field.
//! What the file says beyond the fields known here is kept in [`Rule::extra`].
//!
//! Source: the checks that the public Azure-Sentinel repository makes on its rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaml_serde::Value;

use super::aftermath::{self, Aftermath};
use super::checks;
use super::duration::parse_duration;
use super::fields::{Fields, Problems, kind};
use super::{EntityMapping, Grouping, Kind, Overrides, Rule, Schedule, Severity, TriggerOperator};
use crate::problem::Problem;

/// Is this text such a file? A mapping with a query and an id or a kind.
pub fn is_rule(value: &Value) -> bool {
    let Value::Mapping(mapping) = value else { return false };
    mapping.contains_key("query")
        && ["id", "kind", "triggerOperator", "queryFrequency"].iter().any(|key| mapping.contains_key(key))
}

/// What a file holds.
#[derive(Debug)]
pub struct Read {
    /// The rule, with placeholders for what is missing; none when the file has no fields.
    pub rule: Option<Rule>,
    /// Can it be run as its author means it?
    pub is_usable: bool,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads a file.
///
/// The rule is `None` when something that decides what it finds, or when it alerts, is missing or cannot be read; a missing description or a version
/// of another shape is a problem, and no reason not to run it.
pub fn read(file: &str, text: &str) -> (Option<Rule>, Vec<Problem>) {
    let Read { rule, is_usable, problems } = read_all(file, text);
    (rule.filter(|_| is_usable), problems)
}

/// Reads a file that is to be mended, not run.
pub fn read_all(file: &str, text: &str) -> Read {
    let mut problems = Problems::new(file);
    let read = match yaml_serde::from_str::<Value>(text) {
        Err(error) => {
            problems.add("", error.to_string());
            None
        }
        Ok(Value::Mapping(mapping)) => {
            let fields = Fields::new("", mapping, &mut problems);
            Some(rule(file, fields, &mut problems))
        }
        Ok(other) => {
            problems.add("", format!("expected the fields of a rule, found {}", kind(&other)));
            None
        }
    };
    let (rule, is_usable) = read.map_or((None, false), |(rule, is_usable)| (Some(rule), is_usable));
    Read { rule, is_usable, problems: problems.found }
}

/// Is this the text of such a file, or of one that was meant to be? One that is not YAML is taken at its word when it has the lines.
pub fn looks_like_rule(text: &str) -> bool {
    match yaml_serde::from_str::<Value>(text) {
        Ok(value) => is_rule(&value),
        Err(_) => text.lines().any(|line| line.starts_with("query:")),
    }
}

fn rule(file: &str, mut fields: Fields, problems: &mut Problems) -> (Rule, bool) {
    let is_hunting = !["kind", "triggerOperator", "queryFrequency", "severity"].iter().any(|name| fields.has(name));
    let query = fields.required_text("query", problems);
    let run = if is_hunting { Some(Kind::Hunting) } else { run_kind(&mut fields, problems) };
    let severity = if is_hunting { Some(Severity::Informational) } else { severity(&mut fields, problems) };
    let grouping = grouping(&mut fields, problems);
    let is_usable = run.is_some() && severity.is_some() && query.is_some() && grouping.is_some();
    let mut rule = Rule {
        file: file.to_owned(),
        id: fields.required_text("id", problems).unwrap_or_default(),
        name: fields.required_text("name", problems).unwrap_or_default(),
        description: fields.required_text("description", problems).unwrap_or_default(),
        version: fields.required_text("version", problems).unwrap_or_default(),
        kind: run.unwrap_or(Kind::Hunting),
        severity: severity.unwrap_or(Severity::Informational),
        query: query.unwrap_or_default(),
        data_types: data_types(&mut fields, problems),
        tactics: fields.texts("tactics", problems),
        techniques: fields.texts("relevantTechniques", problems),
        entity_mappings: entity_mappings(&mut fields, problems),
        custom_details: fields.pairs("customDetails", problems),
        overrides: overrides(&mut fields, problems),
        functions: Arc::default(),
        grouping: grouping.unwrap_or_default(),
        aftermath: Aftermath::default(),
        extra: BTreeMap::new(),
    };
    checks::check(&rule, problems);
    rule.extra = fields.rest();
    checks::check_extra(&rule.extra, problems);
    let aftermath = aftermath::read(&rule.extra, problems);
    let is_usable = is_usable && aftermath.is_some();
    (Rule { aftermath: aftermath.unwrap_or_default(), ..rule }, is_usable)
}

fn run_kind(fields: &mut Fields, problems: &mut Problems) -> Option<Kind> {
    let kind = fields.required_text("kind", problems)?;
    let known = ["NRT", "Scheduled"].into_iter().find(|known| known.eq_ignore_ascii_case(&kind));
    if let Some(known) = known.filter(|known| *known != kind) {
        problems.add("kind", format!("`{kind}` is written `{known}`"));
    }
    match known.unwrap_or(&kind) {
        "NRT" => Some(Kind::NearRealTime),
        "Scheduled" => {
            let frequency_seconds = duration("queryFrequency", fields, problems);
            let period_seconds = duration("queryPeriod", fields, problems);
            let operator = operator(fields, problems);
            let threshold = threshold(fields, problems);
            Some(Kind::Scheduled(Schedule {
                frequency_seconds: frequency_seconds?,
                period_seconds: period_seconds?,
                operator: operator?,
                threshold: threshold?,
            }))
        }
        _ => {
            problems
                .add("kind", format!("`{kind}` rules have no query of their own to run; expected Scheduled or NRT"));
            None
        }
    }
}

fn duration(name: &str, fields: &mut Fields, problems: &mut Problems) -> Option<i64> {
    let text = fields.required_text(name, problems)?;
    let seconds = parse_duration(&text);
    if seconds.is_none() {
        problems.add(name, format!("`{text}` is not a duration such as 5m, 1d or PT5M"));
    }
    seconds
}

fn operator(fields: &mut Fields, problems: &mut Problems) -> Option<TriggerOperator> {
    let text = fields.required_text("triggerOperator", problems)?;
    let operator = match text.to_ascii_lowercase().as_str() {
        "gt" | "greaterthan" => Some(TriggerOperator::GreaterThan),
        "lt" | "lessthan" => Some(TriggerOperator::LessThan),
        "eq" | "equal" => Some(TriggerOperator::Equal),
        "ne" | "notequal" => Some(TriggerOperator::NotEqual),
        _ => None,
    };
    if operator.is_none() {
        problems.add("triggerOperator", format!("`{text}` is none of gt, lt, eq, ne"));
    }
    operator
}

fn threshold(fields: &mut Fields, problems: &mut Problems) -> Option<u64> {
    let value = fields.take("triggerThreshold");
    let Some(value) = value else {
        problems.add("triggerThreshold", "is missing");
        return None;
    };
    let threshold = value.as_u64().filter(|threshold| *threshold <= 10_000);
    if threshold.is_none() {
        problems.add("triggerThreshold", "expected a whole number from 0 to 10000");
    }
    threshold
}

fn severity(fields: &mut Fields, problems: &mut Problems) -> Option<Severity> {
    let text = fields.required_text("severity", problems)?;
    let severity = Severity::from_name(&text);
    if severity.is_none() {
        problems.add("severity", format!("`{text}` is none of Informational, Low, Medium, High"));
    }
    severity
}

fn data_types(fields: &mut Fields, problems: &mut Problems) -> Vec<String> {
    if !fields.has("requiredDataConnectors") && fields.take("requiredDataConnectors").is_none() {
        problems.add("requiredDataConnectors", "is missing; write [] when there is none");
    }
    let mut tables = vec![];
    for mut connector in fields.mappings("requiredDataConnectors", problems) {
        connector.required_text("connectorId", problems);
        let names = connector.texts("dataTypes", problems);
        if names.is_empty() {
            problems.add(connector.path("dataTypes"), "is missing");
        }
        for name in names {
            if !tables.contains(&name) {
                tables.push(name);
            }
        }
    }
    tables
}

fn entity_mappings(fields: &mut Fields, problems: &mut Problems) -> Vec<EntityMapping> {
    let mut mappings = vec![];
    for mut mapping in fields.mappings("entityMappings", problems) {
        let entity_type = mapping.required_text("entityType", problems);
        let mut pairs = vec![];
        for mut field in mapping.mappings("fieldMappings", problems) {
            let identifier = field.required_text("identifier", problems);
            let column = field.required_text("columnName", problems);
            pairs.extend(identifier.zip(column));
        }
        mappings.extend(entity_type.map(|entity_type| EntityMapping { entity_type, fields: pairs }));
    }
    mappings
}

fn overrides(fields: &mut Fields, problems: &mut Problems) -> Overrides {
    let Some(mut fields) = fields.mapping("alertDetailsOverride", problems) else { return Overrides::default() };
    let mut properties = vec![];
    for mut property in fields.mappings("alertDynamicProperties", problems) {
        let name = property.required_text("alertProperty", problems);
        let column = property.required_text("value", problems);
        properties.extend(name.zip(column));
    }
    Overrides {
        title_format: fields.text("alertDisplayNameFormat", problems),
        description_format: fields.text("alertDescriptionFormat", problems),
        severity_column: fields.text("alertSeverityColumnName", problems),
        tactics_column: fields.text("alertTacticsColumnName", problems),
        properties,
    }
}

fn grouping(fields: &mut Fields, problems: &mut Problems) -> Option<Grouping> {
    let Some(mut fields) = fields.mapping("eventGroupingSettings", problems) else { return Some(Grouping::default()) };
    match fields.required_text("aggregationKind", problems)?.as_str() {
        "SingleAlert" => Some(Grouping::SingleAlert),
        "AlertPerResult" => Some(Grouping::AlertPerResult),
        other => {
            problems.add(
                "eventGroupingSettings.aggregationKind",
                format!("`{other}` is neither SingleAlert nor AlertPerResult"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001
name: A rule
version: 1.0.0
kind: Scheduled
description: Finds things.
severity: high
requiredDataConnectors:
  - connectorId: C
    dataTypes: [DeviceNetworkEvents]
queryFrequency: 1h
queryPeriod: P1D
triggerOperator: gt
triggerThreshold: 3
tactics: [CommandAndControl]
relevantTechniques: [T1071, T1071.001]
query: |
  T
  | count
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: RemoteIP
customDetails:
  Count: Count
alertDetailsOverride:
  alertDisplayNameFormat: "to {{RemoteIP}}"
  alertDynamicProperties:
    - alertProperty: AlertLink
      value: Link
eventGroupingSettings:
  aggregationKind: AlertPerResult
tags: [one]
"#;

    fn fields(text: &str) -> Vec<String> {
        read("r.yaml", text).1.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_whole_rule_is_read_to_the_byte() {
        let (rule, problems) = read("r.yaml", WHOLE);
        assert_eq!(problems, []);
        let rule = rule.expect("the rule is whole");
        assert_eq!(rule.query, "T\n| count\n");
        assert_eq!(rule.severity, Severity::High);
        let schedule = Schedule {
            frequency_seconds: 3600,
            period_seconds: 86_400,
            operator: TriggerOperator::GreaterThan,
            threshold: 3,
        };
        assert_eq!(rule.kind, Kind::Scheduled(schedule));
        assert_eq!(rule.data_types, ["DeviceNetworkEvents"]);
        assert_eq!(rule.entity_mappings[0].fields, [("Address".to_owned(), "RemoteIP".to_owned())]);
        assert_eq!(rule.custom_details, [("Count".to_owned(), "Count".to_owned())]);
        assert_eq!(rule.overrides.properties, [("AlertLink".to_owned(), "Link".to_owned())]);
        assert_eq!(rule.grouping, Grouping::AlertPerResult);
        assert_eq!(rule.extra.keys().collect::<Vec<_>>(), ["tags"]);
    }

    #[test]
    fn every_problem_is_named_by_file_and_field() {
        let text = WHOLE.replace("severity: high", "severity: Severe").replace("version: 1.0.0", "version: 1.0");
        let text = text
            .replace("queryFrequency: 1h", "queryFrequency: soon")
            .replace("columnName: RemoteIP", "column: RemoteIP");
        let (rule, problems) = read("r.yaml", &text);
        assert!(rule.is_none(), "a severity that is none decides what alerts say");
        let mut fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "entityMappings[0]",
                "entityMappings[0].fieldMappings",
                "entityMappings[0].fieldMappings[0].columnName",
                "queryFrequency",
                "severity",
                "version"
            ]
        );
        assert!(problems[0].to_string().starts_with("r.yaml: queryFrequency: `soon`"), "{}", problems[0]);
    }

    #[test]
    fn what_does_not_decide_the_alerts_is_no_reason_not_to_run() {
        let text = WHOLE.replace("description: Finds things.\n", "").replace("version: 1.0.0\n", "");
        let (rule, problems) = read("r.yaml", &text);
        assert!(rule.is_some());
        assert_eq!(
            problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(),
            ["description", "version"]
        );
    }

    #[test]
    fn a_hunting_query_has_no_schedule() {
        let text = "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: H\ndescription: d\nversion: 1.0.0\nrequiredDataConnectors: []\nquery: T\n";
        let (rule, problems) = read("h.yaml", text);
        assert_eq!(problems, []);
        assert_eq!(rule.map(|rule| rule.kind), Some(Kind::Hunting));
    }

    /// Rules of the public repository have `kind: scheduled`; that they mean `Scheduled` is beyond doubt.
    #[test]
    fn a_kind_in_other_letters_runs_and_is_a_problem() {
        let (rule, problems) = read("r.yaml", &WHOLE.replace("kind: Scheduled", "kind: scheduled"));
        assert!(matches!(rule.map(|rule| rule.kind), Some(Kind::Scheduled(_))));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("`Scheduled`"), "{}", problems[0]);
    }

    #[test]
    fn kinds_without_a_query_are_refused_by_name() {
        let (rule, problems) = read("r.yaml", &WHOLE.replace("kind: Scheduled", "kind: Fusion"));
        assert!(rule.is_none());
        assert!(problems[0].message.contains("`Fusion`"), "{}", problems[0]);
    }

    #[test]
    fn a_kind_is_one_in_any_case() {
        let (rule, problems) = read("r.yaml", &WHOLE.replace("kind: Scheduled", "kind: scheduled"));
        assert!(rule.is_some(), "{problems:?}");
    }

    #[test]
    fn told_by_content() {
        let told = |text: &str| is_rule(&yaml_serde::from_str(text).expect("YAML"));
        assert!(told(WHOLE));
        assert!(!told("name: pack\nversion: 1.0.0\n"));
        assert!(!told("query: T\n"));
        assert!(!told("[query]"));
    }

    #[test]
    fn hostile_files_are_problems() {
        assert_eq!(fields("a: [").len(), 1);
        assert_eq!(fields("[]"), [""]);
        assert!(fields("1: 2\nquery: [x]\nentityMappings: 3\n").len() > 2);
    }
}
