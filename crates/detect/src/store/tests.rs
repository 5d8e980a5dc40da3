//! What is stored is what was told, once. Names of columns and values are those of Microsoft's table references.

use engine::{Engine, Limits};
use semantics::{Column, Type, Value};
use serde_json::{Value as Json, json};

use super::*;
use crate::incident::{Status, Verdict};
use crate::problem::Problem;
use crate::rule::sentinel;
use crate::run::Run;
use crate::schedule::{Axis, MINUTE};

const NOON: i64 = 638_501_616_000_000_000;

fn rule(rest: &str) -> Arc<Rule> {
    let text = format!(
        "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: Näme\ndescription: d\nversion: 1.0.0\nkind: Scheduled\nqueryFrequency: 5m\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\nseverity: Low\nrequiredDataConnectors: []\ntactics: [Impact]\nrelevantTechniques: [T1498, T1498.001]\nquery: T\nentityMappings:\n- entityType: Host\n  fieldMappings:\n  - {{identifier: FullName, columnName: Host}}\ncustomDetails: {{Port: Port}}\neventGroupingSettings: {{aggregationKind: AlertPerResult}}\n{rest}"
    );
    Arc::new(sentinel::read("r.yaml", &text).0.expect("a rule"))
}

fn due(five: i64, is_again: bool) -> Due {
    let end = NOON + five * 5 * MINUTE;
    Due { axis: Axis::Event, start: end - 60 * MINUTE, end, now: end, is_again, given_up: 0 }
}

fn ended(hosts: &[&str]) -> Ended {
    let row = |host: &&str| vec![Value::String((*host).to_owned()), Value::Long(443)];
    let columns = vec![Column::new("Host", Type::String), Column::new("Port", Type::Long)];
    let run = Run {
        table: Table { columns, rows: hosts.iter().map(row).collect() },
        diagnostics: vec![],
        problems: Vec::<Problem>::new(),
    };
    Ended { outcome: Ok(run), duration_ms: 7, is_worth_another: false }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    async fn store(&self) -> Store {
        let lake = Lake::open_or_create(self.folder.path().to_str().expect("a path")).expect("a lake");
        let engine = Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine");
        let content = Arc::new(Content::embedded());
        Store::open(lake, content, Arc::new(engine), Arc::new(|| {})).await.expect("it opens")
    }

    async fn ask(&self, query: &str) -> Vec<Json> {
        let store = self.store().await;
        let table = store.ask(query, store.database().await.expect("tables")).await.expect(query);
        let cell = |value: &Value| match value {
            Value::Dynamic(text) => serde_json::from_str(text).expect("JSON"),
            Value::Long(number) => json!(number),
            other => json!(crate::cell::text(other)),
        };
        table.rows.iter().map(|row| Json::Array(row.iter().map(cell).collect())).collect()
    }
}

fn place() -> Place {
    Place { folder: tempfile::tempdir().expect("a folder") }
}

fn finished(store: &Store, rule: &Arc<Rule>, due: Due, ended: Ended) -> Finished {
    let past = store.state.pasts.get(&rule_key(rule)).copied();
    Finished { rule: Arc::clone(rule), due, past, ended }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_its_alerts_and_its_incidents_are_stored_together() {
    let (place, rule) = (place(), rule(""));
    let mut store = place.store().await;
    let run = finished(&store, &rule, due(0, false), ended(&["a.contoso.example", "b"]));
    let alerted = store.record(std::slice::from_ref(&run), NOON + MINUTE).await.expect("stored");
    assert_eq!(alerted.iter().map(|alerted| alerted.filed).collect::<Vec<_>>(), [Filed::New(1), Filed::New(2)]);
    let alerts = place
        .ask("SecurityAlert | sort by Entities asc | extend p = parse_json(ExtendedProperties) | project AlertName, AlertSeverity, ProviderName, Tactics, Techniques, SubTechniques, tostring(parse_json(Entities)[0].HostName), tostring(p['Custom Details']), tostring(p['Trigger Operator']), tostring(split(AlertType, '_')[1]), StartTime, Type")
        .await;
    let expected = |host: &str| {
        json!([
            "Näme",
            "Low",
            "ASI Scheduled Alerts",
            "Impact",
            "[\"T1498\"]",
            "[\"T1498.001\"]",
            host,
            "{\"Port\":[\"443\"]}",
            "Greater Than",
            "0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001",
            "2024-05-01T11:00:00.0000000Z",
            "SecurityAlert"
        ])
    };
    assert_eq!(alerts, [expected("a"), expected("b")]);
    let incidents = place
        .ask("SecurityIncident | mv-expand AlertId = AlertIds to typeof(string) | join kind=inner SecurityAlert on $left.AlertId == $right.SystemAlertId | sort by IncidentNumber asc | project IncidentNumber, Title, Status, Severity")
        .await;
    assert_eq!(incidents, [json!(["1", "Näme", "New", "Low"]), json!(["2", "Näme", "New", "Low"])]);
    let evidence = place.ask("AlertInfo | join kind=inner AlertEvidence on AlertId | where DeviceName != 'b' | project ServiceSource, EntityType, EvidenceRole, DeviceName").await;
    assert_eq!(evidence, [json!(["Microsoft Sentinel", "Machine", "Impacted", "a.contoso.example"])]);
    let health = place.ask("SentinelHealth | project OperationName, SentinelResourceName, Status, SentinelResourceKind, tolong(ExtendedProperties.QueryResultAmount), tolong(ExtendedProperties.AlertsGeneratedAmount)").await;
    assert_eq!(health, [json!(["Scheduled analytics rule run", "Näme", "Success", "Scheduled", 2, 2])]);
    // What another process reads is what this one knows, and the same run is not done twice.
    let mut other = place.store().await;
    assert_eq!(
        (other.state.pasts.clone(), other.state.incidents.clone()),
        (store.state.pasts.clone(), store.state.incidents.clone())
    );
    assert_eq!(other.record(&[run], NOON + 2 * MINUTE).await.expect("nothing").len(), 0);
    assert_eq!(place.ask("SecurityAlert | count").await, [json!([2])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_is_a_row_of_health() {
    let (place, rule) = (place(), rule(""));
    let mut store = place.store().await;
    let failed = Ended { outcome: Err("the disk is full".to_owned()), duration_ms: 1, is_worth_another: true };
    store.record(&[finished(&store, &rule, due(0, false), failed)], NOON).await.expect("stored");
    let health = place.ask("SentinelHealth | project Status, Reason").await;
    assert_eq!(health, [json!(["Failure", "the disk is full"])]);
    assert_eq!(place.ask("SecurityAlert | count").await, [json!([0])]);
    assert_eq!(place.store().await.state.pasts[&rule_key(&rule)].end, NOON);
}

/// A person comments while a rule runs: neither loses what the other did.
#[tokio::test(flavor = "multi_thread")]
async fn people_and_rules_change_incidents_at_once() {
    let grouped = "incidentConfiguration: {groupingConfiguration: {enabled: true, matchingMethod: AnyAlert, lookbackDuration: PT5H, reopenClosedIncident: true}}\n";
    let (place, rule) = (place(), rule(grouped));
    let mut store = place.store().await;
    store.record(&[finished(&store, &rule, due(0, false), ended(&["a"]))], NOON).await.expect("stored");
    let mut person = place.store().await;
    person.change(1, &|incident| incident.comment("seén", "kim", NOON + 1)).await.expect("said");
    let run = finished(&store, &rule, due(1, false), ended(&["b"]));
    let alerted = store.record(&[run], NOON + MINUTE).await.expect("stored");
    assert_eq!(alerted[0].filed, Filed::Joined(1));
    let verdict = Verdict { classification: "BenignPositive", reason: None, comment: "a test" };
    person.change(1, &|incident| incident.close(verdict, "kim", NOON + 2 * MINUTE)).await.expect("closed");
    let run = finished(&store, &rule, due(2, false), ended(&["c"]));
    let alerted = store.record(&[run], NOON + 3 * MINUTE).await.expect("stored");
    assert_eq!(alerted[0].filed, Filed::Reopened(1));
    let found = person.list("true").await.expect("incidents");
    assert_eq!((found.len(), found[0].alert_ids.len(), found[0].status), (1, 3, Status::Active));
    assert_eq!(found[0].comments[0].message, "seén");
    assert!(person.change(7, &|_| Ok(())).await.is_err_and(|error| error.to_string().contains("no incident 7")));
    // A row for each change.
    assert_eq!(place.ask("SecurityIncident | count").await, [json!([5])]);
}

/// A window that is run again, because the clock was set back, tells only what it did not tell before.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_run_again_tells_what_is_new() {
    let (place, rule) = (place(), rule(""));
    let mut store = place.store().await;
    store.record(&[finished(&store, &rule, due(0, false), ended(&["a"]))], NOON).await.expect("stored");
    let key = rule_key(&rule);
    let past = store.state.pasts[&key];
    store.state.rewind(&key, Past { end: NOON - 5 * MINUTE, ..past });
    // Somebody changes an incident, so that the lake is read again: what was put back stays put back.
    place.store().await.change(1, &|incident| incident.comment("x", "kim", NOON)).await.expect("said");
    let run = finished(&store, &rule, due(0, true), ended(&["a", "late"]));
    let alerted = store.record(&[run], NOON + MINUTE).await.expect("stored");
    assert_eq!(alerted.len(), 1);
    assert_eq!(place.ask("SecurityAlert | count").await, [json!([2])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_is_stored_adds_what_is_not_there() {
    let (place, rule) = (place(), rule(""));
    let mut store = place.store().await;
    store.record(&[finished(&store, &rule, due(0, false), ended(&["a"]))], NOON).await.expect("stored");
    let past = store.state.pasts.clone();
    let replayed: Vec<Finished> = [(0, "a"), (1, "b")]
        .map(|(five, host)| Finished { past: None, ..finished(&store, &rule, due(five, false), ended(&[host])) })
        .to_vec();
    assert_eq!(store.add_alerts(&replayed, NOON).await.expect("stored").len(), 1);
    assert_eq!(store.add_alerts(&replayed, NOON).await.expect("stored").len(), 0);
    assert_eq!(place.ask("SecurityAlert | count").await, [json!([2])]);
    assert_eq!(place.store().await.state.pasts, past);
}
