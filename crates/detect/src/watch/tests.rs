//! A watch on a clock of the test's: what it raises is what a replay raises, whatever happens in between.

use std::collections::BTreeMap;

use engine::{Engine, Limits};
use lake::{Content, IngestOptions, Options, ingest};
use serde_json::json;

use super::*;
use crate::replay::{Replay, Span};
use crate::rule::sentinel;
use crate::store::{RUNS, State};

/// 2023-11-14T22:00:00Z.
const START: i64 = 638_355_960_000_000_000;

fn rule(id: u32, kind: &str, rest: &str) -> Rule {
    let text = format!(
        "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c{id:04}\nname: Rule {id}\ndescription: d\nversion: 1.0.0\nkind: {kind}\nseverity: Low\nrequiredDataConnectors: []\n{rest}"
    );
    let (rule, problems) = sentinel::read(&format!("r{id}.yaml"), &text);
    rule.unwrap_or_else(|| unreachable!("the rule is right: {problems:?}"))
}

/// Every five minutes an alert for each connection of them; quarter-hourly one for many; one that is silent after an alert; one that cannot be run.
fn rules() -> Vec<Rule> {
    let schedule = |frequency: &str, period: &str| {
        format!("queryFrequency: {frequency}\nqueryPeriod: {period}\ntriggerOperator: gt\ntriggerThreshold: 0\n")
    };
    let host = "entityMappings:\n- entityType: IP\n  fieldMappings:\n  - {identifier: Address, columnName: RemoteIP}\n";
    let grouped = "incidentConfiguration: {groupingConfiguration: {enabled: true, matchingMethod: AllEntities, lookbackDuration: PT30M}}\n";
    vec![
        rule(
            1,
            "Scheduled",
            &format!(
                "{}{host}{grouped}query: DeviceNetworkEvents | project TimeGenerated, RemoteIP, LocalPort\neventGroupingSettings: {{aggregationKind: AlertPerResult}}\n",
                schedule("5m", "5m")
            ),
        ),
        rule(
            2,
            "Scheduled",
            &format!(
                "{}query: DeviceNetworkEvents | summarize n = count() by RemoteIP | where n > 5\n",
                schedule("15m", "1h")
            ),
        ),
        rule(
            3,
            "Scheduled",
            &format!(
                "{}query: DeviceNetworkEvents | count\nsuppressionEnabled: true\nsuppressionDuration: PT1H\n",
                schedule("5m", "10m")
            ),
        ),
        rule(4, "Scheduled", &format!("{}query: NoSuchTable | count\n", schedule("1h", "1h"))),
    ]
}

/// Connections a hundred seconds apart, from 22:00 on: to two addresses in turn.
fn connections(numbers: std::ops::Range<u32>) -> String {
    let line = |number: u32| {
        json!({"_path": "conn", "ts": 1_699_999_200 + i64::from(number) * 100, "uid": format!("C{number}"), "id.orig_h": "10.0.0.1",
            "id.orig_p": 1_000 + number, "id.resp_h": format!("192.0.2.{}", number % 2), "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"})
        .to_string()
    };
    numbers.map(|number| line(number) + "\n").collect()
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        place.ingest(0..24).await;
        place
    }

    async fn ingest(&self, numbers: std::ops::Range<u32>) {
        let log = self.folder.path().join("conn.log");
        std::fs::write(&log, connections(numbers)).expect("written");
        ingest(&self.lake(), vec![log], IngestOptions::default()).await.expect("ingested");
    }

    fn lake(&self) -> Lake {
        Lake::open_or_create(self.folder.path().join("lake").to_str().expect("a path")).expect("a lake")
    }

    async fn watch(&self, rules: Vec<Rule>, policy: Policy) -> Watch {
        let content = Arc::new(Content::embedded());
        let store = Store::open(self.lake(), content.clone(), engine(), Arc::new(|| {})).await.expect("it opens");
        let options = WatchOptions { policy, time_max: Duration::from_secs(60), parallel: 2 };
        let sources = Options { content: Some(content), ..Options::default() };
        let mut watch = Watch::new(store, self.lake(), sources, engine(), options);
        assert_eq!(watch.set_rules(rules), []);
        watch
    }

    async fn replay(&self, from: i64, until: i64) -> (BTreeMap<String, Option<i32>>, State) {
        let data = Data::open(vec![], vec![], Options { lake: Some(self.lake()), ..Options::default() }).await;
        let database = Arc::new(data.expect("tables").database);
        let rules = rules().into_iter().map(Arc::new).collect();
        let span = Span { from, until };
        let mut replay = Replay::new(rules, engine(), database, span, Duration::from_secs(60), 2);
        let mut alerts = BTreeMap::new();
        while let Some(moment) = replay.step().await {
            alerts.extend(moment.alerts.into_iter().map(|alerted| (alerted.raised.id, alerted.filed.number())));
        }
        (alerts, replay.state)
    }

    /// The ids of all alerts in the lake, and how many rows there are.
    async fn stored(&self) -> (BTreeSet<String>, usize) {
        let data = Data::open(vec![], vec![], Options { lake: Some(self.lake()), ..Options::default() }).await;
        let request = engine::Request::new("SecurityAlert | project SystemAlertId", 0);
        let answer = engine().query(&request, Arc::new(data.expect("tables").database)).await.expect("an answer");
        let ids: Vec<String> = answer.results[0].iter().map(|row| crate::cell::text(&row[0])).collect();
        (ids.iter().cloned().collect(), ids.len())
    }
}

fn engine() -> Arc<Engine> {
    Arc::new(Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine"))
}

/// Runs all that is due at a time.
async fn settle(watch: &mut Watch, now: i64) -> Vec<Alerted> {
    let mut alerts = vec![];
    loop {
        let started = watch.start_due(now).await.expect("the lake can be read");
        if started == 0 && !watch.is_busy() {
            return alerts;
        }
        let ended = watch.ended().await.unwrap_or_default();
        alerts.extend(watch.record(ended, now).await.expect("the lake can be written to").alerts);
    }
}

fn ids(alerts: &BTreeMap<String, Option<i32>>) -> BTreeSet<String> {
    alerts.keys().cloned().collect()
}

const POLICY: Policy = Policy { delay: 0, catch_up: 24 * 60 * MINUTE };

/// The watch comes round every eight minutes, is thrown away and begun again with runs under way, and is off for twenty minutes. The alerts, and
/// which of them share an incident, are those of a replay.
#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_dies_again_and_again_raises_what_a_replay_raises() {
    let place = Place::new().await;
    let end = START + 50 * MINUTE;
    let mut now = START;
    while now < end {
        let mut watch = place.watch(rules(), POLICY).await;
        settle(&mut watch, now).await;
        now += if now == START + 16 * MINUTE { 20 * MINUTE } else { 8 * MINUTE };
        // What runs now is never stored.
        watch.start_due(now.min(end)).await.expect("started");
    }
    let mut watch = place.watch(rules(), POLICY).await;
    settle(&mut watch, end).await;
    // The first run was at the start.
    let (replayed, state) = place.replay(START - 1, end).await;
    let (stored, rows) = place.stored().await;
    assert_eq!(stored, ids(&replayed));
    assert_eq!(rows, stored.len(), "each is told once");
    // 24 connections take 40 minutes; all of them are before the last window's end.
    assert!(replayed.len() > 24, "{}", replayed.len());
    let shared = |incidents: &crate::incident::Incidents| -> BTreeSet<Vec<String>> {
        incidents
            .by_number
            .values()
            .map(|incident| incident.alert_ids.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect())
            .collect()
    };
    assert_eq!(shared(&watch.store.state.incidents), shared(&state.incidents));
}

/// Half an hour forth for ten minutes, and back; events come in all the while.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_loses_and_doubles_nothing() {
    let place = Place { folder: tempfile::tempdir().expect("a folder") };
    place.ingest(0..8).await;
    let mut watch = place.watch(rules(), POLICY).await;
    let tick = async |watch: &mut Watch, now: i64, real: i64| {
        let since = watch.read_clock(Reading { now: START + now * MINUTE, steady: real * MINUTE });
        settle(watch, START + now * MINUTE).await;
        since
    };
    assert_eq!(tick(&mut watch, 10, 10).await, None);
    // Thirty minutes too many.
    assert_eq!(tick(&mut watch, 41, 11).await, None);
    place.ingest(0..14).await;
    assert_eq!(tick(&mut watch, 50, 20).await, None);
    assert_eq!(tick(&mut watch, 21, 21).await, Some(START + 10 * MINUTE));
    place.ingest(0..24).await;
    assert_eq!(tick(&mut watch, 50, 50).await, None);
    let (replayed, _) = place.replay(START + 5 * MINUTE, START + 50 * MINUTE).await;
    let (stored, rows) = place.stored().await;
    assert_eq!(rows, stored.len(), "each is told once");
    let missed: Vec<String> = ids(&replayed).difference(&stored).cloned().collect();
    // Rule 3 is silent for an hour after an alert, and its silence begins elsewhere when the clock does.
    assert!(missed.len() <= 1, "{missed:?}");
}

/// What comes in late is seen by a rule in near real time, each row once, though a scheduled rule has passed it.
#[tokio::test(flavor = "multi_thread")]
async fn late_events_are_seen_once_in_near_real_time() {
    let place = Place { folder: tempfile::tempdir().expect("a folder") };
    let per_row = "query: DeviceNetworkEvents | project TimeGenerated, LocalPort\neventGroupingSettings: {aggregationKind: AlertPerResult}\n";
    let nrt = || vec![rule(9, "NRT", per_row)];
    place.ingest(0..3).await;
    let came = place.lake().newest_ingestion().await.expect("known");
    let mut watch = place.watch(nrt(), POLICY).await;
    // Within the first minute after they came, whenever they happened.
    assert_eq!(settle(&mut watch, came + SECOND).await.len(), 3);
    assert_eq!(settle(&mut watch, came + 30 * SECOND).await.len(), 0);
    place.ingest(0..7).await;
    assert_eq!(settle(&mut watch, came + 50 * SECOND).await.len(), 0, "not a minute yet");
    assert_eq!(settle(&mut watch, came + 90 * SECOND).await.len(), 4);
    drop(watch);
    place.ingest(0..8).await;
    let mut again = place.watch(nrt(), POLICY).await;
    assert_eq!(settle(&mut again, came + 200 * SECOND).await.len(), 1);
    assert_eq!(settle(&mut again, came + 300 * SECOND).await.len(), 0);
    assert_eq!(place.stored().await.1, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_wrong_stops_no_other() {
    let place = Place::new().await;
    let mut watch = place.watch(rules(), POLICY).await;
    settle(&mut watch, START + 60 * MINUTE).await;
    let data = Data::open(vec![], vec![], Options { lake: Some(place.lake()), ..Options::default() }).await;
    let query = format!(
        "SentinelHealth | summarize n = count() by Status, SentinelResourceName | sort by SentinelResourceName asc | join kind=leftouter ({RUNS} | summarize by RuleName, Reason) on $left.SentinelResourceName == $right.RuleName | project SentinelResourceName, Status, Reason | sort by SentinelResourceName asc"
    );
    let answer = engine().query(&engine::Request::new(query, 0), Arc::new(data.expect("tables").database)).await;
    let rows: Vec<Vec<String>> =
        answer.expect("an answer").results[0].iter().map(|row| row.iter().map(crate::cell::text).collect()).collect();
    let status: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let expected = [("Rule 1", "Success"), ("Rule 2", "Success"), ("Rule 3", "Success"), ("Rule 4", "Failure")];
    assert_eq!(status, expected);
    assert!(rows[3][2].contains("NoSuchTable"), "{}", rows[3][2]);
}

#[test]
fn of_two_rules_with_one_id_one_is_run() {
    let (mut twins, mut off) = (rules(), rule(7, "NRT", "query: T\nenabled: false\n"));
    twins.push(Rule { file: "twin.yaml".to_owned(), ..twins[0].clone() });
    off.file = "off.yaml".to_owned();
    twins.push(off);
    let (kept, problems) = distinct(twins);
    assert_eq!(kept.len(), 4);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].to_string().contains("r1.yaml"), "{}", problems[0]);
}
