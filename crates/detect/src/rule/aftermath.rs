//! What follows an alert: silence, and incidents.
//!
//! In: the fields of a rule's file that say so (`enabled`, `suppressionEnabled`, `suppressionDuration`, `incidentConfiguration`). Out: an
//! [`Aftermath`]. Fields that are not there mean what they mean in Sentinel: no silence, and an incident for each alert.
//!
//! Source: learn.microsoft.com/rest/api/securityinsights/alert-rules/create-or-update

use std::collections::BTreeMap;

use yaml_serde::{Mapping, Value};

use super::duration::parse_duration;
use super::fields::{Fields, Problems, kind};

/// Suppression of a day at most.
const SUPPRESSION_SECONDS_MAX: i64 = 24 * 3600;
/// Sentinel's own default look-back: five hours.
const LOOKBACK_SECONDS: i64 = 5 * 3600;

/// What follows an alert of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aftermath {
    /// Does the rule run at all?
    pub is_enabled: bool,
    /// Seconds after an alert in which the rule is not run; `None` when it goes on.
    pub suppression_seconds: Option<i64>,
    /// Do alerts make incidents?
    pub creates_incidents: bool,
    /// How alerts come together in incidents; `None` when each alert is one.
    pub grouping: Option<IncidentGrouping>,
}

impl Default for Aftermath {
    fn default() -> Self {
        Self { is_enabled: true, suppression_seconds: None, creates_incidents: true, grouping: None }
    }
}

/// How alerts of a rule come together in incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentGrouping {
    /// What alerts of an incident have in common.
    pub matching: Matching,
    /// Seconds after its first alert in which an incident takes further ones.
    pub lookback_seconds: i64,
    /// Does an alert open its incident again that was closed?
    pub reopens: bool,
}

/// What alerts of an incident have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// The values of all entities.
    AllEntities,
    /// Their rule.
    AnyAlert,
    /// The values that are named.
    Selected {
        /// Types of entities: `Host`, `IP` …
        entities: Vec<String>,
        /// `DisplayName`, `Severity` …
        alert_details: Vec<String>,
        /// Keys of custom details.
        custom_details: Vec<String>,
    },
}

/// Reads what a rule's file says of it; `None` when something of it cannot be read.
pub(super) fn read(fields: &BTreeMap<String, Value>, problems: &mut Problems) -> Option<Aftermath> {
    let names = ["enabled", "suppressionEnabled", "suppressionDuration", "incidentConfiguration"];
    let told = names.iter().filter_map(|name| Some((Value::String((*name).to_owned()), fields.get(*name)?.clone())));
    let before = problems.found.len();
    let mut fields = Fields::new("", told.collect::<Mapping>(), problems);
    let is_enabled = flag(&mut fields, "enabled", true, problems);
    let suppression_seconds = suppression(&mut fields, problems);
    let mut aftermath = Aftermath { is_enabled, suppression_seconds, ..Aftermath::default() };
    if let Some(mut incident) = fields.mapping("incidentConfiguration", problems) {
        aftermath.creates_incidents = flag(&mut incident, "createIncident", true, problems);
        let grouping = incident.mapping("groupingConfiguration", problems);
        aftermath.grouping = grouping.and_then(|fields| incident_grouping(fields, problems));
    }
    (problems.found.len() == before).then_some(aftermath)
}

fn suppression(fields: &mut Fields, problems: &mut Problems) -> Option<i64> {
    let is_on = flag(fields, "suppressionEnabled", false, problems);
    let text = fields.text("suppressionDuration", problems);
    if !is_on {
        return None;
    }
    let seconds = text.as_deref().map_or(Some(LOOKBACK_SECONDS), parse_duration);
    if !seconds.is_some_and(|seconds| (1..=SUPPRESSION_SECONDS_MAX).contains(&seconds)) {
        problems.add("suppressionDuration", "expected a duration of a day at most, such as PT5H or 5h");
    }
    seconds
}

fn incident_grouping(mut fields: Fields, problems: &mut Problems) -> Option<IncidentGrouping> {
    let is_on = flag(&mut fields, "enabled", false, problems);
    let reopens = flag(&mut fields, "reopenClosedIncident", false, problems);
    let lookback = fields.text("lookbackDuration", problems);
    let lookback_seconds = lookback.as_deref().map_or(Some(LOOKBACK_SECONDS), parse_duration);
    if lookback_seconds.is_none() {
        problems.add(fields.path("lookbackDuration"), "expected a duration such as PT5H or 5h");
    }
    let method = fields.text("matchingMethod", problems);
    let entities = fields.texts("groupByEntities", problems);
    let alert_details = fields.texts("groupByAlertDetails", problems);
    let custom_details = fields.texts("groupByCustomDetails", problems);
    let matching = match method.as_deref().unwrap_or("AllEntities") {
        // The public repository has both spellings.
        "AllEntities" | "All" => Matching::AllEntities,
        "AnyAlert" | "None" => Matching::AnyAlert,
        "Selected" | "Custom" => Matching::Selected { entities, alert_details, custom_details },
        other => {
            let message = format!("`{other}` is none of AllEntities, AnyAlert, Selected");
            problems.add(fields.path("matchingMethod"), message);
            return None;
        }
    };
    is_on.then_some(IncidentGrouping { matching, lookback_seconds: lookback_seconds?, reopens })
}

fn flag(fields: &mut Fields, name: &str, default: bool, problems: &mut Problems) -> bool {
    match fields.take(name) {
        None => default,
        Some(Value::Bool(flag)) => flag,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(other) => {
            problems.add(fields.path(name), format!("expected true or false, found {}", kind(&other)));
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Option<Aftermath>, Vec<String>) {
        let mut problems = Problems::new("r.yaml");
        let fields: BTreeMap<String, Value> = yaml_serde::from_str(text).expect("YAML");
        let aftermath = read(&fields, &mut problems);
        (aftermath, problems.found.into_iter().map(|problem| problem.field).collect())
    }

    /// The alert rule of Microsoft's REST reference: without the fields an incident is made of each alert, and nothing is suppressed.
    #[test]
    fn a_rule_that_says_nothing_makes_an_incident_of_each_alert() {
        assert_eq!(told("tags: [a]"), (Some(Aftermath::default()), vec![]));
        let off = "suppressionEnabled: false\nsuppressionDuration: PT1H\nincidentConfiguration: {createIncident: true, groupingConfiguration: {enabled: false, lookbackDuration: PT5M}}";
        assert_eq!(told(off), (Some(Aftermath::default()), vec![]));
    }

    #[test]
    fn all_of_it_is_read() {
        let text = "enabled: false\nsuppressionEnabled: true\nsuppressionDuration: 2h\nincidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: true\n    lookbackDuration: P1D\n    matchingMethod: Selected\n    groupByEntities: [Host]\n    groupByAlertDetails: [DisplayName]\n    groupByCustomDetails: [Port]\n";
        let list = |text: &str| vec![text.to_owned()];
        let matching = Matching::Selected {
            entities: list("Host"),
            alert_details: list("DisplayName"),
            custom_details: list("Port"),
        };
        let expected = Aftermath {
            is_enabled: false,
            suppression_seconds: Some(7200),
            creates_incidents: true,
            grouping: Some(IncidentGrouping { matching, lookback_seconds: 86_400, reopens: true }),
        };
        assert_eq!(told(text), (Some(expected), vec![]));
        let short = told("incidentConfiguration: {groupingConfiguration: {enabled: true, matchingMethod: AnyAlert}}").0;
        let grouping = short.and_then(|aftermath| aftermath.grouping).expect("a grouping");
        assert_eq!((grouping.matching, grouping.lookback_seconds), (Matching::AnyAlert, 18_000));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let (aftermath, fields) = told(
            "suppressionEnabled: true\nsuppressionDuration: soon\nincidentConfiguration: {createIncident: [1], groupingConfiguration: {enabled: true, matchingMethod: Most, lookbackDuration: x}}",
        );
        assert_eq!(aftermath, None);
        let within = "incidentConfiguration.groupingConfiguration";
        let expected = [
            "suppressionDuration".to_owned(),
            "incidentConfiguration.createIncident".to_owned(),
            format!("{within}.lookbackDuration"),
            format!("{within}.matchingMethod"),
        ];
        assert_eq!(fields, expected);
        assert_eq!(told("suppressionEnabled: true\nsuppressionDuration: P2D").0, None);
    }
}
