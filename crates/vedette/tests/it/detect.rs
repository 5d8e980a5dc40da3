//! Rules over events. What an alert holds: Microsoft's reference of scheduled rules (entityMappings, customDetails, alertDetailsOverride,
//! eventGroupingSettings).

use serde_json::{Value, json};

use crate::run::{Ended, Folder};

fn rule(id: char, query: &str, rest: &str) -> String {
    format!(
        "id: 5d1e9a70-3a52-4a08-9d0c-00000000000{id}\nname: Odd port {id}\ndescription: Connections to ports.\nseverity: High\n\
         requiredDataConnectors: []\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\n\
         tactics: [CommandAndControl]\nrelevantTechniques: [T1571]\nversion: 1.0.0\nkind: Scheduled\nquery: |\n  {query}\n{rest}"
    )
}

const MAPPED: &str = "entityMappings:\n- entityType: Host\n  fieldMappings:\n  - {identifier: FullName, columnName: DeviceName}\n\
                      customDetails: {Port: RemotePort}\n";
const PER_ROW: &str = "eventGroupingSettings: {aggregationKind: AlertPerResult}\n";
const FINDS: &str =
    "DeviceNetworkEvents | where RemotePort > 1000 | project DeviceName, RemotePort | sort by RemotePort desc";

fn folder() -> Folder {
    let event = |host: &str, port: u16| {
        format!(
            "{{\"TimeGenerated\":\"2024-05-01T10:00:00Z\",\"DeviceName\":\"{host}\",\"ActionType\":\"ConnectionSuccess\",\
             \"RemoteIP\":\"192.0.2.7\",\"RemotePort\":{port},\"InitiatingProcessFileName\":\"a.exe\"}}\n"
        )
    };
    Folder::new().with("sensor.json", [event("h1", 4444), event("h2", 8443), event("h2", 443)].concat())
}

fn detect(folder: &Folder, more: &[&str]) -> Ended {
    folder.run(&[&["detect", "--data", "sensor.json"], more].concat())
}

#[test]
fn a_rule_that_fires_is_shown_with_its_rows() {
    let folder = folder().with("a.yaml", rule('1', FINDS, &format!("{MAPPED}{PER_ROW}")));
    let ended = folder.run(&["detect", "a.yaml", "--data", "sensor.json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let expect = [
        "Odd port 1 [High] 2 alerts, 2 rows",
        "DeviceName  RemotePort",
        "h2                8443",
        "h1                4444",
    ];
    assert_eq!(lines, expect, "{}", ended.stderr);
    assert!(ended.stderr.ends_with("note: 2 alerts from 1 rule\n"), "{}", ended.stderr);
}

#[test]
fn an_alert_holds_entities_details_and_rows() {
    let folder = folder().with("a.yaml", rule('1', FINDS, MAPPED));
    let ended = folder.run(&["detect", "a.yaml", "--data", "sensor.json", "-F", "ndjson"]);
    let alert: Value = serde_json::from_str(&ended.stdout).expect("one alert, as the rule groups all rows");
    let expect = json!({
        "RuleId": "5d1e9a70-3a52-4a08-9d0c-000000000001", "RuleName": "Odd port 1", "Title": "Odd port 1", "Severity": "High",
        "Description": "Connections to ports.", "Tactics": ["CommandAndControl"], "Techniques": ["T1571"],
        "Entities": [{"Type": "Host", "FullName": "h2"}, {"Type": "Host", "FullName": "h1"}],
        "CustomDetails": {"Port": ["8443", "4444"]}, "Properties": {},
        "Rows": [{"DeviceName": "h2", "RemotePort": 8443}, {"DeviceName": "h1", "RemotePort": 4444}],
    });
    assert_eq!(alert, expect, "{}", ended.stderr);
}

#[test]
fn an_alert_ends_with_10_when_asked_to() {
    let silent = "DeviceNetworkEvents | where RemotePort > 60000";
    let folder = folder().with("fires.yaml", rule('1', FINDS, "")).with("silent.yaml", rule('2', silent, ""));
    assert_eq!(folder.run(&["detect", "fires.yaml", "--data", "sensor.json", "--fail-on-alert"]).code, 10);
    let ended = folder.run(&["detect", "silent.yaml", "--data", "sensor.json", "--fail-on-alert"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("note: no alerts; 1 rule found nothing\n"), "{}", ended.stderr);
}

#[test]
fn a_wrong_rule_does_not_stop_the_others() {
    let folder = folder().with("a.yaml", rule('1', "NoSuchTable_CL | take 1", "")).with("b.yaml", rule('2', FINDS, ""));
    let ended = detect(&folder, &["--format", "ndjson", "--", "a.yaml", "b.yaml"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
    assert!(ended.stderr.contains("[KS204]") && ended.stderr.contains("a.yaml (query):1:1"), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("note: 1 alert from 1 rule; 1 rule could not run\n"), "{}", ended.stderr);
}

#[test]
fn what_is_no_rule_is_said() {
    let folder =
        folder().with("broken.yaml", "id: x\nkind: Scheduled\nquery: [\n").with("empty.yaml", "name: nothing\n");
    let broken = folder.run(&["detect", "broken.yaml"]);
    assert_eq!(broken.code, 1, "{}", broken.stderr);
    assert!(broken.stderr.contains("broken.yaml"), "{}", broken.stderr);
    assert_eq!(folder.run(&["detect", "empty.yaml"]).code, 2);
    let unknown = folder.run(&["detect", "no-such-pack"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("packs here"), "{}", unknown.stderr);
}

/// A case beside a rule; the rows are what the query says of the events.
fn case(alerts: &str) -> String {
    format!("name: Two odd ports\nshows: ports above 1000\nnow: 2024-05-01T12:00:00Z\nalerts: {alerts}\n")
}

/// A rule with cases beside it: folder, alerts, and the ports of its events.
fn proven(cases: &[(&str, &str, &[u16])]) -> Folder {
    let folder = Folder::new().with("rule.yaml", rule('1', FINDS, ""));
    for (name, alerts, ports) in cases {
        let at = folder.path("tests").join(name);
        std::fs::create_dir_all(&at).expect("a folder");
        std::fs::write(at.join("case.yaml"), case(alerts)).expect("a file");
        let event = |port: &u16| {
            format!(
                "{{\"TimeGenerated\":\"2024-05-01T10:00:00Z\",\"DeviceName\":\"h1\",\"ActionType\":\"ConnectionSuccess\",\
                 \"RemoteIP\":\"192.0.2.7\",\"RemotePort\":{port},\"InitiatingProcessFileName\":\"a.exe\"}}\n"
            )
        };
        std::fs::write(at.join("events.json"), ports.iter().map(event).collect::<String>()).expect("a file");
    }
    folder
}

/// Lines without the time that each took.
fn untimed(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.rsplit_once(" (").map_or(line, |(line, end)| if end.contains('s') { line } else { "" }))
        .collect()
}

#[test]
fn cases_beside_a_rule_prove_it() {
    let right = "[{DeviceName: h1, RemotePort: 4444}]";
    let folder = proven(&[("a", right, &[4444, 443]), ("b", right, &[4444, 8443]), ("c", "[]", &[443])]);
    let ended = folder.run(&["test", "rule.yaml"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let expect = [
        "Odd port 1",
        "  ok   hit       Two odd ports",
        "  FAIL hit       Two odd ports",
        "       unexpected: DeviceName=h1 RemotePort=8443",
        "  ok   near miss Two odd ports",
    ];
    assert_eq!(untimed(&ended.stdout), expect, "{}", ended.stderr);
    assert_eq!(untimed(&ended.stderr), ["note: 1 detection: 2 cases passed, 1 failed"]);
    assert_eq!(folder.run(&["test", "rule.yaml", "--filter", "tests/a/"]).code, 0);
    assert_eq!(folder.run(&["test", "rule.yaml", "--filter", "nobody"]).code, 2);
    std::fs::remove_dir_all(folder.path("tests/b")).expect("the folder is there");
    assert_eq!(folder.run(&["test", "rule.yaml"]).code, 0);
}

#[test]
fn a_detection_without_a_near_miss_or_without_events_is_not_proven() {
    let right = "[{DeviceName: h1, RemotePort: 4444}]";
    let ended = proven(&[("a", right, &[4444])]).run(&["test", "rule.yaml"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stdout.contains("FAIL not proven: it has no near miss"), "{}", ended.stdout);
    let ended = proven(&[("a", right, &[4444]), ("b", "[]", &[])]).run(&["test", "rule.yaml"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stdout.contains("of its events 0 were read"), "{}", ended.stdout);
}

/// Ports 4444 and 443 leave room: a rule of `> 1001`, or of `>= 1000`, finds the same of them.
#[test]
fn a_mutant_that_no_case_notices_is_reported_unless_it_is_explained() {
    let right = "[{DeviceName: h1, RemotePort: 4444}]";
    let folder = proven(&[("a", right, &[4444]), ("b", "[]", &[443])]);
    let ended = folder.run(&["test", "rule.yaml", "--mutate"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    for survivor in ["`>` becomes `>=`", "`1000` becomes `999`", "`1000` becomes `1001`"] {
        assert!(ended.stdout.contains(survivor), "{}", ended.stdout);
    }
    assert!(!ended.stdout.contains("becomes `true`"), "{}", ended.stdout);
    let explained = "- {text: '>', becomes: '>=', reason: r}\n- {text: '1000', reason: r}\n";
    std::fs::write(folder.path("tests/survivors.yaml"), explained).expect("a file");
    assert_eq!(folder.run(&["test", "rule.yaml", "--mutate"]).code, 0);
    std::fs::remove_file(folder.path("tests/survivors.yaml")).expect("the file is there");
    let proven = proven(&[("a", "[{RemotePort: 1001}]", &[1001]), ("b", "[]", &[1000])]);
    assert_eq!(proven.run(&["test", "rule.yaml", "--mutate"]).code, 0);
}

#[test]
fn the_report_is_junit_or_json_too() {
    let right = "[{DeviceName: h1, RemotePort: 4444}]";
    let folder = proven(&[("a", right, &[4444]), ("b", "[]", &[8443])]);
    let ended = folder.run(&["test", "rule.yaml", "--format", "junit", "--output", "report.xml"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let report = folder.read("report.xml");
    assert!(report.contains("tests=\"2\"") && report.contains("failures=\"1\""), "{report}");
    assert!(report.contains("unexpected: DeviceName=h1 RemotePort=8443"), "{report}");
    assert!(ended.stdout.contains("FAIL near miss"), "{}", ended.stdout);
    let ended = folder.run(&["test", "rule.yaml", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON alone");
    assert_eq!((&report["totals"]["passed"], &report["totals"]["failed"]), (&json!(1), &json!(1)));
    assert_eq!(report["detections"][0]["cases"][1]["kind"], "near miss");
}

/// The pack's own cases say what the published rule must find, each with its arithmetic.
#[test]
fn the_pack_that_comes_with_the_program_proves_itself() {
    let ended = Folder::new().run(&["test", "t1583.004"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let lines = |start: &str| ended.stdout.lines().filter(|line| line.starts_with(start)).count();
    assert!(lines("  ok   hit") >= 5 && lines("  ok   near miss") >= 8, "{}", ended.stdout);
    assert!(ended.stderr.contains(" passed, 0 failed ("), "{}", ended.stderr);
}
