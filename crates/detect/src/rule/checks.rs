//! The checks that the public Azure-Sentinel repository makes on its rules, as far as they concern fields that are there.
//!
//! In: a rule, and later the columns that its query gives. Out: problems. Never changes a rule and never stops one.

use std::collections::{BTreeMap, BTreeSet};

use yaml_serde::Value;

use super::entities;
use super::fields::Problems;
use super::{Kind, Overrides, Rule, Schedule};
use crate::problem::Problem;

/// ATT&CK's tactics for enterprise and industrial systems, as Sentinel writes them.
const TACTICS: [&str; 17] = [
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "CommandAndControl",
    "Exfiltration",
    "Impact",
    "PreAttack",
    "ImpairProcessControl",
    "InhibitResponseFunction",
];

const NAME_CHARS_MAX: usize = 256;
const DESCRIPTION_CHARS_MAX: usize = 5_000;
const QUERY_CHARS_MAX: usize = 10_000;
const VERSION_CHARS_MAX: usize = 20;
const CUSTOM_DETAILS_MAX: usize = 20;
const DETAIL_KEY_CHARS_MAX: usize = 20;
const DETAIL_COLUMN_CHARS_MAX: usize = 500;
const PLACEHOLDERS_MAX: usize = 3;
const FIVE_MINUTES: i64 = 300;
const DAY: i64 = 86_400;

/// Adds what is wrong with a rule that was read.
pub(super) fn check(rule: &Rule, problems: &mut Problems) {
    if !rule.id.is_empty() && !is_guid(&rule.id) {
        problems.add("id", format!("`{}` is not a GUID", rule.id));
    }
    at_most("name", &rule.name, NAME_CHARS_MAX, problems);
    at_most("description", &rule.description, DESCRIPTION_CHARS_MAX, problems);
    at_most("query", &rule.query, QUERY_CHARS_MAX, problems);
    check_version(&rule.version, problems);
    if let Kind::Scheduled(schedule) = rule.kind {
        check_schedule(schedule, problems);
    }
    for tactic in rule.tactics.iter().filter(|tactic| !TACTICS.contains(&tactic.as_str())) {
        let letters =
            |text: &str| text.chars().filter(|ch| ch.is_alphabetic()).collect::<String>().to_ascii_lowercase();
        let meant = TACTICS.iter().find(|known| letters(known) == letters(tactic));
        let hint = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        problems.add("tactics", format!("`{tactic}` is not a tactic of ATT&CK, written without spaces{hint}"));
    }
    for technique in rule.techniques.iter().filter(|technique| !is_technique(technique)) {
        problems.add("relevantTechniques", format!("`{technique}` is not an id such as T1071 or T1071.001"));
    }
    entities::check(&rule.entity_mappings, problems);
    check_details(&rule.custom_details, problems);
    check_formats(&rule.overrides, problems);
}

/// Fields that a rule may have and that decide nothing here.
const KNOWN_FIELDS: [&str; 22] = [
    "id",
    "name",
    "description",
    "version",
    "kind",
    "severity",
    "query",
    "requiredDataConnectors",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "relevantTechniques",
    "entityMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "suppressionDuration",
    "suppressionEnabled",
    "incidentConfiguration",
    "sentinelEntitiesMappings",
];

/// Adds what is wrong with the fields that nothing here reads: a name that is nearly a field's is one that its author misses.
pub(super) fn check_extra(extra: &BTreeMap<String, Value>, problems: &mut Problems) {
    let letters = |name: &str| name.to_ascii_lowercase().trim_end_matches('s').to_owned();
    for name in extra.keys().filter(|name| !KNOWN_FIELDS.contains(&name.as_str())) {
        if let Some(meant) = KNOWN_FIELDS.iter().find(|known| letters(known) == letters(name)) {
            problems.add(name, format!("is no field of a rule; did you mean `{meant}`?"));
        }
    }
}

fn at_most(field: &str, text: &str, chars_max: usize, problems: &mut Problems) {
    let chars = text.chars().count();
    if chars > chars_max {
        problems.add(field, format!("{chars} characters, more than {chars_max}"));
    }
}

fn check_version(version: &str, problems: &mut Problems) {
    let is_right = version.len() <= VERSION_CHARS_MAX
        && version.split('.').count() == 3
        && version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !version.is_empty() && !is_right {
        problems.add("version", format!("`{version}` is not written a.b.c"));
    }
}

fn check_schedule(schedule: Schedule, problems: &mut Problems) {
    let Schedule { frequency_seconds, period_seconds, .. } = schedule;
    for (field, seconds) in [("queryFrequency", frequency_seconds), ("queryPeriod", period_seconds)] {
        if !(FIVE_MINUTES..=14 * DAY).contains(&seconds) {
            problems.add(field, "is not between 5 minutes and 14 days");
        }
    }
    if period_seconds < frequency_seconds {
        problems.add("queryPeriod", "is shorter than queryFrequency: events would be missed");
    }
    if period_seconds >= 2 * DAY && frequency_seconds < 3600 {
        problems.add("queryFrequency", "a period of two days or more needs a frequency of an hour or more");
    }
}

fn check_details(details: &[(String, String)], problems: &mut Problems) {
    if details.len() > CUSTOM_DETAILS_MAX {
        problems.add("customDetails", format!("{} details, more than {CUSTOM_DETAILS_MAX}", details.len()));
    }
    for (key, column) in details {
        let field = format!("customDetails.{key}");
        let is_word = key.starts_with(|ch: char| ch.is_ascii_alphabetic())
            && key.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
        if !is_word || key.len() > DETAIL_KEY_CHARS_MAX {
            problems.add(&field, format!("a key is a word of at most {DETAIL_KEY_CHARS_MAX} letters, digits and `_`"));
        }
        at_most(&field, column, DETAIL_COLUMN_CHARS_MAX, problems);
    }
}

fn check_formats(overrides: &Overrides, problems: &mut Problems) {
    let formats = [
        ("alertDisplayNameFormat", &overrides.title_format),
        ("alertDescriptionFormat", &overrides.description_format),
    ];
    for (name, format) in formats {
        let count = format.as_deref().map_or(0, |format| placeholders(format).count());
        if count > PLACEHOLDERS_MAX {
            problems.add(
                format!("alertDetailsOverride.{name}"),
                format!("{count} placeholders, more than {PLACEHOLDERS_MAX}"),
            );
        }
    }
}

/// The columns that a format names in `{{…}}`, in order.
pub(crate) fn placeholders(format: &str) -> impl Iterator<Item = &str> {
    format.split("{{").skip(1).filter_map(|part| part.split_once("}}").map(|(name, _)| name.trim()))
}

/// Names what refers to a column that the query does not give.
pub fn check_columns(rule: &Rule, columns: &[String]) -> Vec<Problem> {
    let mut problems = Problems::new(&rule.file);
    let columns: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    let mut check = |field: String, column: &str| {
        if !columns.contains(column) {
            problems.add(field, format!("the query gives no column `{column}`"));
        }
    };
    for (at, mapping) in rule.entity_mappings.iter().enumerate() {
        for (within, (_, column)) in mapping.fields.iter().enumerate() {
            check(format!("entityMappings[{at}].fieldMappings[{within}].columnName"), column);
        }
    }
    for (key, column) in &rule.custom_details {
        check(format!("customDetails.{key}"), column);
    }
    let overrides = &rule.overrides;
    let formats = [
        ("alertDisplayNameFormat", &overrides.title_format),
        ("alertDescriptionFormat", &overrides.description_format),
    ];
    for (name, format) in formats {
        for column in format.as_deref().map(placeholders).into_iter().flatten() {
            check(format!("alertDetailsOverride.{name}"), column);
        }
    }
    let columns = [
        ("alertSeverityColumnName", &overrides.severity_column),
        ("alertTacticsColumnName", &overrides.tactics_column),
    ];
    for (name, column) in columns {
        if let Some(column) = column {
            check(format!("alertDetailsOverride.{name}"), column);
        }
    }
    for (at, (_, column)) in overrides.properties.iter().enumerate() {
        check(format!("alertDetailsOverride.alertDynamicProperties[{at}].value"), column);
    }
    problems.found
}

/// Eight, four, four, four and twelve hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    let widths: Vec<usize> = text.split('-').map(str::len).collect();
    widths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_technique(text: &str) -> bool {
    let (technique, sub) = text.split_once('.').map_or((text, None), |(technique, sub)| (technique, Some(sub)));
    let are_digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    technique.strip_prefix('T').is_some_and(|digits| are_digits(digits, 4)) && sub.is_none_or(|sub| are_digits(sub, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{EntityMapping, Grouping, Severity, TriggerOperator};
    use std::sync::Arc;

    fn rule() -> Rule {
        Rule {
            file: "r.yaml".into(),
            id: "0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001".into(),
            name: "A".into(),
            description: "d".into(),
            version: "1.0.0".into(),
            kind: Kind::Scheduled(Schedule {
                frequency_seconds: 3600,
                period_seconds: 3600,
                operator: TriggerOperator::GreaterThan,
                threshold: 0,
            }),
            severity: Severity::Low,
            query: "T".into(),
            data_types: vec![],
            tactics: vec!["Impact".into()],
            techniques: vec!["T1583".into(), "T1583.004".into()],
            entity_mappings: vec![],
            custom_details: vec![],
            overrides: Overrides::default(),
            grouping: Grouping::SingleAlert,
            aftermath: crate::rule::Aftermath::default(),
            functions: Arc::default(),
            extra: BTreeMap::new(),
        }
    }

    fn fields(change: impl FnOnce(&mut Rule)) -> Vec<String> {
        let mut rule = rule();
        change(&mut rule);
        let mut problems = Problems::new("r.yaml");
        check(&rule, &mut problems);
        problems.found.into_iter().map(|problem| problem.field).collect()
    }

    fn scheduled(frequency_seconds: i64, period_seconds: i64) -> Kind {
        Kind::Scheduled(Schedule { frequency_seconds, period_seconds, operator: TriggerOperator::Equal, threshold: 0 })
    }

    fn mapping(entity_type: &str, identifiers: &[&str]) -> EntityMapping {
        let fields = identifiers.iter().map(|identifier| ((*identifier).to_owned(), "Column".to_owned())).collect();
        EntityMapping { entity_type: entity_type.to_owned(), fields }
    }

    #[test]
    fn a_right_rule_has_no_problem() {
        assert_eq!(fields(|_| ()), [""; 0]);
    }

    #[test]
    fn each_check_names_its_field() {
        assert_eq!(fields(|rule| rule.id = "1".into()), ["id"]);
        assert_eq!(fields(|rule| rule.name = "x".repeat(257)), ["name"]);
        assert_eq!(fields(|rule| rule.description = "x".repeat(5001)), ["description"]);
        assert_eq!(fields(|rule| rule.query = "é".repeat(10_001)), ["query"]);
        assert_eq!(fields(|rule| rule.query = "é".repeat(10_000)), [""; 0]);
        assert_eq!(fields(|rule| rule.version = "1.0".into()), ["version"]);
        assert_eq!(fields(|rule| rule.tactics.push("Command and Control".into())), ["tactics"]);
        assert_eq!(fields(|rule| rule.techniques.push("T1583.4".into())), ["relevantTechniques"]);
        assert_eq!(fields(|rule| rule.kind = scheduled(60, 3600)), ["queryFrequency"]);
        assert_eq!(fields(|rule| rule.kind = scheduled(3600, 15 * DAY)), ["queryPeriod"]);
        assert_eq!(fields(|rule| rule.kind = scheduled(7200, 3600)), ["queryPeriod"]);
        assert_eq!(fields(|rule| rule.kind = scheduled(1800, 2 * DAY)), ["queryFrequency"]);
        assert_eq!(fields(|rule| rule.custom_details.push(("1st".into(), "C".into()))), ["customDetails.1st"]);
        assert_eq!(fields(|rule| rule.entity_mappings.push(mapping("Host", &["DnsDomain"]))), ["entityMappings[0]"]);
        assert_eq!(fields(|rule| rule.entity_mappings.push(mapping("Host", &["HostName", "DnsDomain"]))), [""; 0]);
        assert_eq!(
            fields(|rule| rule.entity_mappings.push(mapping("Other", &[]))),
            ["entityMappings[0].fieldMappings", "entityMappings[0].entityType"]
        );
        assert_eq!(fields(|rule| rule.entity_mappings.push(mapping("FileHash", &["Value"]))), ["entityMappings[0]"]);
        assert_eq!(
            fields(|rule| rule.entity_mappings.push(mapping("IP", &["Address", "Adress"]))),
            ["entityMappings[0].fieldMappings[1].identifier"]
        );
        let format = Some("{{a}}{{b}}{{c}}{{d}}".to_owned());
        assert_eq!(
            fields(|rule| rule.overrides.title_format = format),
            ["alertDetailsOverride.alertDisplayNameFormat"]
        );
    }

    #[test]
    fn fields_that_nobody_reads_are_looked_at() {
        let text = "entityMapping: []\nTactics: []\ntags: []\nstatus: Available\n";
        let extra: BTreeMap<String, Value> = yaml_serde::from_str(text).expect("YAML");
        let mut problems = Problems::new("r.yaml");
        check_extra(&extra, &mut problems);
        let fields: Vec<String> = problems.found.into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["Tactics", "entityMapping"]);
    }

    #[test]
    fn columns_that_the_query_lacks_are_named_wherever_they_are_used() {
        let mut rule = rule();
        rule.entity_mappings.push(mapping("Host", &["HostName"]));
        rule.custom_details.push(("Key".into(), "Gone".into()));
        rule.overrides.title_format = Some("{{ Column }} and {{Lost}}".into());
        rule.overrides.severity_column = Some("Sev".into());
        rule.overrides.properties.push(("AlertLink".into(), "Link".into()));
        let columns = ["Column".to_owned()];
        let fields: Vec<String> = check_columns(&rule, &columns).into_iter().map(|problem| problem.field).collect();
        assert_eq!(
            fields,
            [
                "customDetails.Key",
                "alertDetailsOverride.alertDisplayNameFormat",
                "alertDetailsOverride.alertSeverityColumnName",
                "alertDetailsOverride.alertDynamicProperties[0].value",
            ]
        );
    }
}
