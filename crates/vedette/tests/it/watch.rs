//! The watch from the command line: rules on a schedule, alerts once, incidents that people work on.

use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::run::Folder;

/// Daily over two days, an alert for each row, a shared incident for each address.
const RULE: &str = "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001
name: Connections to é
description: A connection.
version: 1.0.0
kind: Scheduled
severity: Medium
requiredDataConnectors: []
queryFrequency: 1d
queryPeriod: 2d
triggerOperator: gt
triggerThreshold: 0
tactics: [CommandAndControl]
query: DeviceNetworkEvents | project TimeGenerated, RemoteIP, LocalPort
entityMappings:
- entityType: IP
  fieldMappings:
  - {identifier: Address, columnName: RemoteIP}
eventGroupingSettings: {aggregationKind: AlertPerResult}
incidentConfiguration: {createIncident: true, groupingConfiguration: {enabled: true, matchingMethod: AllEntities, lookbackDuration: P1D}}
";

/// Connections of a day and a half ago, which are in the last window of such a rule at any time of the day.
fn log(count: u32) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let line = |number: u32| {
        json!({"_path": "conn", "ts": now - 36 * 3600 + u64::from(number), "uid": format!("C{number}"), "id.orig_h": "10.0.0.1",
            "id.orig_p": 1_000 + number, "id.resp_h": format!("192.0.2.{}", number % 2), "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"})
        .to_string()
            + "\n"
    };
    (0..count).map(line).collect()
}

fn filled() -> Folder {
    let folder = Folder::new().with("conn.log", log(4)).with("rule.yaml", RULE);
    assert_eq!(folder.run(&["ingest", "conn.log", "--lake", "lake", "-q"]).code, 0);
    folder
}

fn ask(folder: &Folder, query: &str) -> String {
    let ended = folder.run(&["query", query, "--lake", "lake", "-F", "csv", "-q"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_rule_is_watched_over_and_people_close_what_it_found() {
    let folder = filled();
    let first = folder.run(&["watch", "--rules", "rule.yaml", "--lake", "lake", "--once", "--json"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let alerts: Vec<Value> = first.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(alerts.len(), 4);
    assert_eq!(alerts[0]["Title"], json!("Connections to é"));
    assert_eq!(alerts[0]["Entities"], json!([{"Type": "IP", "Address": "192.0.2.0"}]));
    // Nothing is due any more.
    let again = folder.run(&["watch", "--rules", "rule.yaml", "--lake", "lake", "--once"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{}", again.stderr);
    assert_eq!(ask(&folder, "SecurityAlert | summarize n = count(), d = dcount(SystemAlertId)"), "4,4");

    let listed = folder.run(&["incidents", "list", "--lake", "lake"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stderr.contains("2 incidents") && listed.stdout.contains("Connections to é"), "{}", listed.stdout);
    let by = ["--lake", "lake", "--by", "kim"];
    let assigned = folder.run(&[&["incidents", "assign", "1", "kim@soc.example"], &by[..]].concat());
    assert!(assigned.stderr.contains("incident 1 is Active, owned by kim@soc.example"), "{}", assigned.stderr);
    assert_eq!(folder.run(&[&["incidents", "comment", "1", "seen"], &by[..]].concat()).code, 0);
    let wrong = folder.run(&[&["incidents", "close", "1", "--as", "Odd"], &by[..]].concat());
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("TruePositive"), "{}", wrong.stderr);
    let close = ["incidents", "close", "1", "--as", "falsepositive", "--reason", "InaccurateData", "--comment", "ours"];
    assert_eq!(folder.run(&[&close[..], &by[..]].concat()).code, 0);
    let left = folder.run(&["incidents", "list", "--lake", "lake", "-F", "ndjson", "-q"]);
    let left: Vec<Value> = left.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((left.len(), &left[0]["IncidentNumber"]), (1, &json!(2)));
    let shown = folder.run(&["incidents", "show", "1", "--lake", "lake"]).stdout;
    for words in ["Closed as FalsePositive", "InaccurateData", "kim: seen", "kim@soc.example", "CommandAndControl"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(folder.run(&["incidents", "show", "7", "--lake", "lake"]).code, 2);
    // Two rows when they were made, and one for each change.
    assert_eq!(
        ask(&folder, "SecurityIncident | summarize n = count() by IncidentNumber | sort by IncidentNumber asc"),
        "1,4\n2,1"
    );
}

#[test]
fn a_broken_rule_is_told_and_the_others_run() {
    let folder = filled().with("broken.yaml", "id: x\nkind: Scheduled\nquery: [\n");
    let wrong = RULE.replace("query: DeviceNetworkEvents", "query: NoSuchTable").replace("7c0001", "7c0002");
    let folder = folder.with("wrong.yaml", wrong);
    let arguments = ["watch", "--rules", "broken.yaml", "wrong.yaml", "rule.yaml", "--lake", "lake", "--once"];
    let ended = folder.run(&arguments);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 4, "{}", ended.stdout);
    assert!(ended.stderr.contains("broken.yaml") && ended.stderr.contains("NoSuchTable"), "{}", ended.stderr);
    let health =
        ask(&folder, "SentinelHealth | summarize by SentinelResourceId, Status | sort by SentinelResourceId asc");
    assert_eq!(health, "0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001,Success\n0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0002,Failure");
}

#[test]
fn a_replay_gives_the_alerts_of_the_watch_and_stores_them_when_told() {
    let folder = filled();
    let day = |days: u64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() / 86_400 * 86_400;
        day_text(now - days * 86_400)
    };
    let (from, to) = (day(1), day(0));
    let replay = ["replay", "rule.yaml", "--lake", "lake", "--from", &from, "--to", &to];
    let seen = folder.run(&[&replay[..], &["-F", "ndjson"]].concat());
    assert_eq!(seen.code, 0, "{}", seen.stderr);
    assert!(seen.stderr.contains("4 alerts in 2 incidents from 1 run"), "{}", seen.stderr);
    assert_eq!(ask(&folder, "SecurityAlert | count"), "0");
    assert_eq!(folder.run(&["watch", "--rules", "rule.yaml", "--lake", "lake", "--once", "-q"]).code, 0);
    let mut ids: Vec<String> = seen
        .stdout
        .lines()
        .map(|line| {
            let alert: Value = serde_json::from_str(line).expect("JSON");
            alert["SystemAlertId"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    ids.sort();
    assert_eq!(ask(&folder, "SecurityAlert | project SystemAlertId | sort by SystemAlertId asc"), ids.join("\n"));
    // What is there is not stored again.
    let stored = folder.run(&[&replay[..], &["--store"]].concat());
    assert!(stored.stderr.contains("0 alerts, stored"), "{}", stored.stderr);
    assert_eq!(ask(&folder, "SecurityAlert | count"), "4");
    assert_eq!(folder.run(&["replay", "rule.yaml", "--lake", "lake", "--from", &to, "--to", &from]).code, 2);
}

/// Seconds since 1970 as ISO 8601, by the days of the Gregorian calendar.
fn day_text(seconds: u64) -> String {
    let (mut year, mut days) = (1970, seconds / 86_400);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while days >= if is_leap(year) { 366 } else { 365 } {
        days -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

/// Killed at staggered moments, begun again each time: the alerts are those of one run.
#[test]
fn a_watch_that_is_killed_tells_all_and_nothing_twice() {
    let folder = filled();
    for after in [100, 300, 600, 1_000, 1_500, 2_500] {
        let mut command = folder.command(&["watch", "--rules", "rule.yaml", "--lake", "lake", "-q", "--poll", "1s"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        std::thread::sleep(Duration::from_millis(after));
        let _ = child.kill();
        child.wait().expect("it ends");
    }
    assert_eq!(folder.run(&["watch", "--rules", "rule.yaml", "--lake", "lake", "--once", "-q"]).code, 0);
    assert_eq!(ask(&folder, "SecurityAlert | summarize n = count(), d = dcount(SystemAlertId)"), "4,4");
    assert_eq!(ask(&folder, "SecurityIncident | summarize n = count(), a = sum(array_length(AlertIds))"), "2,4");
    assert_eq!(ask(&folder, "SentinelHealth | count"), "1");
}

#[cfg(unix)]
#[test]
fn a_watch_ends_gracefully_and_reads_changed_rules() {
    let folder = filled();
    let mut command = folder.command(&["watch", "--rules", "rule.yaml", "--lake", "lake", "--poll", "1s"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let until = |query: &str, expected: &str| {
        for _ in 0..120 {
            if ask(&folder, query) == expected {
                return true;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        false
    };
    assert!(until("SecurityAlert | count", "4"));
    std::fs::write(folder.path("rule.yaml"), RULE.replace("7c0001", "7c0003")).expect("written");
    assert!(until("SecurityAlert | count", "8"), "the changed rule is another rule");
    let id = child.id().to_string();
    let status = std::process::Command::new("kill").args(["-TERM", &id]).status().expect("it is signalled");
    assert!(status.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
