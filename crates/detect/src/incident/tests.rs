//! Expectations follow the words of Microsoft's page "Create a custom analytics rule from scratch", section "Configure the incident creation settings".

use super::*;
use crate::alert::{Alert, Entity};
use crate::rule::sentinel;
use crate::schedule::{Axis, Due, MINUTE};

fn rule(grouping: &str) -> Rule {
    let text = format!(
        "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: N\ndescription: d\nversion: 1.0.0\nkind: NRT\nseverity: Low\nrequiredDataConnectors: []\nquery: T\nincidentConfiguration: {{{grouping}}}\n"
    );
    sentinel::read("r.yaml", &text).0.expect("a rule")
}

fn grouped(rest: &str) -> Rule {
    rule(&format!("createIncident: true, groupingConfiguration: {{enabled: true, lookbackDuration: PT1H, {rest}}}"))
}

/// An alert about a host and an address, so many minutes after noon.
fn raised(id: &str, minute: i64, host: &str, address: &str) -> Raised {
    let entity = |entity_type: &str, name: &str, value: &str| Entity {
        entity_type: entity_type.to_owned(),
        identifiers: vec![(name.to_owned(), value.to_owned())],
    };
    let mut entities = vec![];
    if !host.is_empty() {
        entities.push(entity("Host", "HostName", host));
    }
    entities.push(entity("IP", "Address", address));
    let now = minute * MINUTE;
    Raised {
        id: id.to_owned(),
        alert: Alert {
            rule_id: "r".into(),
            rule_name: "N".into(),
            title: format!("about {host}"),
            description: "d".into(),
            severity: Severity::Low,
            tactics: vec!["Impact".into()],
            techniques: vec!["T1498".into()],
            entities,
            custom_details: vec![("Port".into(), vec!["443".into(), "80".into()])],
            properties: vec![],
            rows: vec![],
        },
        start: now - MINUTE,
        end: now,
        due: Due { axis: Axis::Event, start: now - MINUTE, end: now, now, is_again: false, given_up: 0 },
        row_count: 0,
    }
}

fn file(incidents: &mut Incidents, rule: &Rule, raised: &Raised) -> Filed {
    incidents.file(rule, raised, raised.due.now)
}

/// "Create incidents from alerts": enabled without grouping, "a separate incident for each alert"; disabled, none.
#[test]
fn each_alert_is_an_incident_unless_told_otherwise() {
    let mut incidents = Incidents { last_number: 41, ..Incidents::default() };
    let each = rule("createIncident: true");
    assert_eq!(file(&mut incidents, &each, &raised("1", 0, "a", "192.0.2.1")), Filed::New(42));
    assert_eq!(file(&mut incidents, &each, &raised("2", 0, "a", "192.0.2.1")), Filed::New(43));
    let none = rule("createIncident: false");
    assert_eq!(file(&mut incidents, &none, &raised("3", 0, "a", "192.0.2.1")), Filed::Nowhere);
    let first = &incidents.by_number[&42];
    assert_eq!((first.title.as_str(), first.status, first.severity), ("about a", Status::New, Severity::Low));
    assert_eq!((first.first_activity, first.last_activity), (-MINUTE, 0));
}

/// "Grouping alerts into a single incident if all the entities match": identical values of each of the mapped entities.
#[test]
fn all_entities_match_or_it_is_another_incident() {
    let mut incidents = Incidents::default();
    let rule = grouped("matchingMethod: AllEntities");
    assert_eq!(file(&mut incidents, &rule, &raised("1", 0, "a", "192.0.2.1")), Filed::New(1));
    assert_eq!(file(&mut incidents, &rule, &raised("2", 1, "a", "192.0.2.2")), Filed::New(2));
    assert_eq!(file(&mut incidents, &rule, &raised("3", 2, "a", "192.0.2.1")), Filed::Joined(1));
    assert_eq!(file(&mut incidents, &rule, &raised("4", 3, "", "192.0.2.1")), Filed::New(3));
    assert_eq!(file(&mut incidents, &rule, &raised("5", 4, "", "192.0.2.1")), Filed::Joined(3));
    assert_eq!(incidents.by_number[&1].alert_ids, ["1", "3"]);
    assert_eq!(incidents.by_number[&1].last_activity, 2 * MINUTE);
}

/// "Grouping all alerts triggered by this rule into a single incident": even if they share no identical values. Another rule's are another's.
#[test]
fn any_alert_of_the_rule_joins() {
    let mut incidents = Incidents::default();
    let rule = grouped("matchingMethod: AnyAlert");
    file(&mut incidents, &rule, &raised("1", 0, "a", "192.0.2.1"));
    let mut high = raised("2", 1, "é", "192.0.2.2");
    high.alert.severity = Severity::High;
    assert_eq!(file(&mut incidents, &rule, &high), Filed::Joined(1));
    assert_eq!(incidents.by_number[&1].severity, Severity::High);
    let other = Rule { id: "0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0002".into(), ..rule };
    assert_eq!(file(&mut incidents, &other, &raised("3", 1, "a", "192.0.2.1")), Filed::New(2));
}

/// "Grouping alerts into a single incident if the selected entities and details match."
#[test]
fn what_is_selected_matches() {
    let of_host = grouped("matchingMethod: Selected, groupByEntities: [Host]");
    let mut incidents = Incidents::default();
    file(&mut incidents, &of_host, &raised("1", 0, "a", "192.0.2.1"));
    assert_eq!(file(&mut incidents, &of_host, &raised("2", 1, "a", "192.0.2.2")), Filed::Joined(1));
    assert_eq!(file(&mut incidents, &of_host, &raised("3", 1, "b", "192.0.2.1")), Filed::New(2));
    let of_details = grouped("matchingMethod: Selected, groupByAlertDetails: [Severity], groupByCustomDetails: [Port]");
    let mut incidents = Incidents::default();
    file(&mut incidents, &of_details, &raised("1", 0, "a", "192.0.2.1"));
    let mut turned = raised("2", 1, "b", "192.0.2.2");
    turned.alert.custom_details[0].1.reverse();
    assert_eq!(file(&mut incidents, &of_details, &turned), Filed::Joined(1));
    let mut medium = raised("3", 1, "a", "192.0.2.1");
    medium.alert.severity = Severity::Medium;
    assert_eq!(file(&mut incidents, &of_details, &medium), Filed::New(2));
    let mut port = raised("4", 1, "a", "192.0.2.1");
    port.alert.custom_details[0].1 = vec!["443".into()];
    assert_eq!(file(&mut incidents, &of_details, &port), Filed::New(3));
}

/// "Limit the group to alerts created within the selected time frame … Alerts outside this time frame generate a separate incident."
#[test]
fn an_alert_outside_the_look_back_is_another_incident() {
    let mut incidents = Incidents::default();
    let rule = grouped("matchingMethod: AnyAlert");
    file(&mut incidents, &rule, &raised("1", 0, "a", "192.0.2.1"));
    assert_eq!(file(&mut incidents, &rule, &raised("2", 60, "a", "192.0.2.1")), Filed::Joined(1));
    // An hour after the first, not after the last.
    assert_eq!(file(&mut incidents, &rule, &raised("3", 61, "a", "192.0.2.1")), Filed::New(2));
    assert_eq!(file(&mut incidents, &rule, &raised("4", 62, "a", "192.0.2.1")), Filed::Joined(2));
}

/// "Up to 150 alerts can be grouped into a single incident … excess alerts will be grouped into the new incident."
#[test]
fn a_full_incident_is_followed_by_another() {
    let mut incidents = Incidents::default();
    let rule = grouped("matchingMethod: AnyAlert");
    let filed: Vec<Option<i32>> = (0..151)
        .map(|id| file(&mut incidents, &rule, &raised(&id.to_string(), 0, "a", "192.0.2.1")).number())
        .collect();
    assert_eq!((filed[0], filed[149], filed[150]), (Some(1), Some(1), Some(2)));
}

/// "Re-open closed matching incidents": enabled, the closed incident is opened again; disabled, the alert makes a new one.
#[test]
fn a_closed_incident_is_reopened_or_left() {
    let verdict = Verdict { classification: "falsepositive", reason: Some("inaccuratedata"), comment: "noise" };
    let mut incidents = Incidents::default();
    let left = grouped("matchingMethod: AnyAlert, reopenClosedIncident: false");
    file(&mut incidents, &left, &raised("1", 0, "a", "192.0.2.1"));
    incidents.by_number.get_mut(&1).expect("there").close(verdict, "kim", MINUTE).expect("closed");
    let closed = &incidents.by_number[&1];
    assert_eq!((closed.status, closed.closed), (Status::Closed, Some(MINUTE)));
    assert_eq!(
        (closed.classification.as_str(), closed.classification_reason.as_str()),
        ("FalsePositive", "InaccurateData")
    );
    assert_eq!(file(&mut incidents, &left, &raised("2", 2, "a", "192.0.2.1")), Filed::New(2));
    let again = grouped("matchingMethod: AnyAlert, reopenClosedIncident: true");
    incidents.by_number.get_mut(&2).expect("there").close(verdict, "kim", 3 * MINUTE).expect("closed");
    assert_eq!(file(&mut incidents, &again, &raised("3", 4, "a", "192.0.2.1")), Filed::Reopened(2));
    let open = &incidents.by_number[&2];
    assert_eq!((open.status, open.closed, open.classification.as_str()), (Status::Active, None, ""));
    assert_eq!(open.alert_ids, ["2", "3"]);
}

#[test]
fn people_change_incidents_and_each_change_is_later() {
    let mut incidents = Incidents::default();
    file(&mut incidents, &rule("createIncident: true"), &raised("1", 10, "a", "192.0.2.1"));
    let incident = incidents.by_number.get_mut(&1).expect("there");
    // The clock went back an hour meanwhile.
    incident.assign("kim@soc.example", "kim", 10 * MINUTE - 60 * MINUTE);
    assert_eq!((incident.status, incident.modified), (Status::Active, 10 * MINUTE + 10));
    incident.comment("seen", "kim", 0).expect("said");
    assert_eq!((incident.modified, incident.comments[0].time), (10 * MINUTE + 20, 10 * MINUTE + 20));
    assert_eq!(incident.first_modified, Some(10 * MINUTE + 10));
    assert!(incident.comment(" ", "kim", 0).is_err());
    let wrong =
        |classification: &'static str, reason: Option<&'static str>| Verdict { classification, reason, comment: "" };
    assert!(incident.close(wrong("Odd", None), "kim", 0).is_err_and(|text| text.contains("TruePositive")));
    let reason = incident.close(wrong("TruePositive", Some("InaccurateData")), "kim", 0);
    assert!(reason.is_err_and(|text| text.contains("SuspiciousActivity")));
    assert_eq!(incident.status, Status::Active, "what is refused changes nothing");
    assert!(incident.close(wrong("Undetermined", None), "kim", 0).is_ok());
}
