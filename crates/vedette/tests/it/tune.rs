//! A rule with other numbers, and without some programs. Expected counts are counted by hand from the events that a test writes.

use serde_json::Value;

use crate::run::Folder;

/// One host asks `a.vendor.example` twelve times and `b.other.example` six; another asks `c2.evil.example` twenty times.
fn folder() -> Folder {
    let event = |host: &str, process: &str, name: &str, at: usize| {
        format!(
            "{{\"Timestamp\":\"2026-03-02T09:{at:02}:00Z\",\"DeviceName\":\"{host}\",\"ActionType\":\"ConnectionSuccess\",\"RemoteIP\":\"192.0.2.7\",\
             \"RemotePort\":443,\"RemoteUrl\":\"{name}\",\"InitiatingProcessFileName\":\"{process}\",\"ReportId\":{at}}}\n"
        )
    };
    let mut events = String::new();
    for (host, process, name, count) in [
        ("h1", "Agent.exe", "a.vendor.example", 12),
        ("h1", "tool.exe", "b.other.example", 6),
        ("h2", "x.exe", "c2.evil.example", 20),
    ] {
        events.extend((0..count).map(|at| event(host, process, name, at)));
    }
    let rule = "id: 5d1e9a70-3a52-4a08-9d0c-0000000000aa\nname: Many\ndescription: d\nseverity: Low\nrequiredDataConnectors: []\n\
                queryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: [CommandAndControl]\n\
                relevantTechniques: [T1571]\nversion: 1.0.0\nkind: Scheduled\nquery: |\n  let Min = 10;\n  DeviceNetworkEvents\n  \
                | summarize Count = count(), Processes = make_set(InitiatingProcessFileName) by DeviceName, RemoteUrl\n  | where Count >= Min\n";
    let labels = "DeviceName,InitiatingProcessFileName,RemoteUrl,RemoteIP,RemotePort,family,malicious\n\
                  h1,Agent.exe,a.vendor.example,192.0.2.7,443,monitoring,false\nh2,x.exe,c2.evil.example,192.0.2.7,443,c2,true\n";
    Folder::new().with("events.json", events).with("rule.yaml", rule).with("labels.csv", labels)
}

const LABELED: [&str; 6] = ["tune", "rule.yaml", "--data", "events.json", "--labels", "labels.csv"];

fn report(folder: &Folder, arguments: &[&str]) -> Value {
    let ended = folder.run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("one object")
}

#[test]
fn every_number_of_a_curve_is_a_run_of_the_rule() {
    let report = report(&folder(), &LABELED);
    assert_eq!(report["Outcome"], serde_json::json!({"Alerts": 2, "FalseAlerts": 1, "AttacksFound": 1, "Attacks": 1}));
    let points = report["Curves"][0]["Points"].as_array().expect("points");
    // Counts are 12, 6 and 20; the numbers to try are a quarter of 10 to four times 10.
    let told: Vec<(&str, i64, i64)> = points
        .iter()
        .map(|point| {
            let number = |name: &str| point["Outcome"][name].as_i64().expect("a number");
            (point["Value"].as_str().expect("text"), number("Alerts"), number("AttacksFound"))
        })
        .collect();
    let expected = [("3", 3, 1), ("5", 3, 1), ("8", 2, 1), ("10", 2, 1), ("15", 1, 1), ("20", 1, 1), ("40", 0, 0)];
    assert_eq!(told, expected);
    assert_eq!(report["Curves"].as_array().map(Vec::len), Some(1), "the limit is compared with a name");
}

#[test]
fn an_exclusion_is_tried_and_its_cost_told() {
    let report = report(&folder(), &LABELED);
    let families: Vec<(&str, i64)> = report["Groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["Group"].as_str().expect("text"), group["Alerts"].as_i64().expect("a number")))
        .collect();
    assert_eq!(families, [("c2", 1), ("monitoring", 1)]);
    let exclusion = |suffix: &str| {
        report["Exclusions"]
            .as_array()
            .and_then(|all| all.iter().find(|it| it["Suffix"] == suffix))
            .cloned()
            .expect("tried")
    };
    assert_eq!(exclusion("vendor.example")["Process"], "agent.exe");
    assert_eq!(exclusion("vendor.example")["Outcome"]["FalseAlerts"], 0);
    assert_eq!(exclusion("evil.example")["Outcome"]["AttacksFound"], 0);
    let text = folder().run(&LABELED).stdout;
    assert_eq!(text.matches("LOSES 1 attack").count(), 1, "{text}");
}

const ANSWERED: [&str; 6] = ["--owner", "ops@corp.example", "--expires", "2026-12-31", "--reason", "our agent"];

#[test]
fn a_proposal_is_shown_as_a_difference_and_written_once() {
    let folder = folder();
    let propose = [
        &LABELED[..],
        &["--threshold", "none", "--exclude", "agent.exe=vendor.example", "--propose", "list.csv"],
        &ANSWERED,
    ]
    .concat();
    let dry = folder.run(&[&propose[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    let row = "agent.exe|vendor.example,agent.exe,vendor.example,,ops@corp.example,our agent,2026-03-02,2026-12-31";
    assert!(dry.stdout.contains(&format!("+{row}")), "{}", dry.stdout);
    assert!(!folder.path("list.csv").exists());
    assert_eq!(folder.run(&propose).code, 0);
    assert!(folder.read("list.csv").ends_with(&format!("{row}\n")));
    let again = folder.run(&propose);
    assert!(again.stderr.contains("agent.exe=vendor.example already"), "{}", again.stderr);
    assert_eq!(folder.read("list.csv").lines().count(), 2);
}

#[test]
fn an_exclusion_that_loses_an_attack_or_that_nobody_answers_for_is_refused() {
    let folder = folder();
    let propose = |exclude: &str, more: &[&str]| {
        folder.run(
            &[&LABELED[..], &["--threshold", "none", "--propose", "list.csv", "--exclude", exclude], more].concat(),
        )
    };
    let lost = propose("x.exe=evil.example", &ANSWERED);
    assert_eq!(lost.code, 3, "{}", lost.stderr);
    assert!(lost.stderr.contains("LOSES 1 attack; --accept-loss"), "{}", lost.stderr);
    assert_eq!(propose("agent.exe=vendor.example", &[]).code, 2);
    let over = ["--owner", "o", "--expires", "2026-01-01", "--reason", "r"];
    assert!(propose("agent.exe=vendor.example", &over).stderr.contains("expected a day after 2026-03-02"));
    let nobody = ["--owner", " ", "--expires", "2026-12-31", "--reason", "r"];
    assert_eq!(propose("agent.exe=vendor.example", &nobody).code, 2);
    assert!(propose("agent.exe=example", &ANSWERED).stderr.contains("top-level domain"));
    assert!(!folder.path("list.csv").exists());
    let accepted = [&ANSWERED[..], &["--accept-loss"]].concat();
    assert_eq!(propose("x.exe=evil.example", &accepted).code, 0);
    assert!(folder.path("list.csv").exists());
}

#[test]
fn what_cannot_be_tuned_is_refused() {
    let folder = folder().with("bad.csv", "a,b\n1,2\n");
    let says = |arguments: &[&str], code: i32, text: &str| {
        let ended = folder.run(arguments);
        assert_eq!(ended.code, code, "{}", ended.stderr);
        assert!(ended.stderr.contains(text), "{}", ended.stderr);
    };
    says(&["tune", "rule.yaml", "--data", "events.json", "--threshold", "Max"], 2, "thresholds here: Min");
    says(&["tune", "rule.yaml", "--data", "events.json", "--labels", "bad.csv"], 3, "is no file of labels");
    says(&["tune", "rule.yaml", "--data", "events.json", "--name", "other"], 2, "--name says which of: Many");
}
