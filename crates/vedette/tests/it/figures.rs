//! What a rule finds of what is labelled, and what other products are given. Figures by hand: two implants of which one is found are a recall of a half; one false
//! destination over ten host-days is 100 per 1000.

use serde_json::Value;

use crate::run::Folder;

const RULE: &str = "id: 5d1e9a70-3a52-4a08-9d0c-000000000009\nname: Odd port\ndescription: d\nseverity: High\nrequiredDataConnectors: []\n\
    queryFrequency: 1h\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: [CommandAndControl]\nrelevantTechniques: [T1571]\n\
    version: 1.0.0\nkind: Scheduled\nquery: DeviceNetworkEvents | where RemotePort > 1000 | summarize Timestamp = max(Timestamp) by DeviceName, RemoteIP, RemoteUrl\n";

fn labelled() -> Folder {
    let event = |host: &str, ip: &str, port: u16| {
        format!(
            "{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"DeviceName\":\"{host}\",\"ActionType\":\"ConnectionSuccess\",\"RemoteIP\":\"{ip}\",\
             \"RemotePort\":{port},\"RemoteUrl\":\"\",\"InitiatingProcessFileName\":\"a.exe\"}}\n"
        )
    };
    let events =
        [event("h1", "192.0.2.1", 4444), event("h2", "192.0.2.2", 443), event("h3", "192.0.2.3", 8443)].concat();
    let labels = "DeviceName,RemoteIP,family,malicious\nH1,192.0.2.1,fast,true\nh2,192.0.2.2,slow,true\nh3,192.0.2.3,updater,false\n";
    let folder = Folder::new().with("rule.yaml", RULE).with("labels.csv", labels);
    std::fs::create_dir(folder.path("events")).expect("a folder");
    folder.with("events/a.ndjson", events).with("meta.json", "{\"now\":\"2024-05-02T00:00:00Z\",\"hosts\":10}")
}

#[test]
fn recall_and_false_positives_are_measured() {
    let folder = labelled();
    let arguments = ["bench-detection", "rule.yaml", "--data", ".", "--json", "f.json", "--chart", "c.svg"];
    let ended = folder.run(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("recall 0.500 (1 of 2), 100.0 false positives per 1000 host-days"),
        "{}",
        ended.stdout
    );
    let figures: Value = serde_json::from_str(&folder.read("f.json")).expect("JSON");
    assert_eq!(figures["detections"][0]["families"]["slow"]["found"], 0);
    assert_eq!(figures["detections"][0]["false_positives_by_family"]["updater"], 1);
    assert!(folder.read("c.svg").contains("fast"));
}

#[test]
fn what_a_labelled_folder_lacks_is_said() {
    let folder = labelled();
    std::fs::remove_file(folder.path("meta.json")).expect("the file is there");
    let ended = folder.run(&["bench-detection", "rule.yaml", "--data", ".", "--now", "2024-05-02"]);
    assert!(ended.code == 2 && ended.stderr.contains("--hosts"), "{}", ended.stderr);
    let ended = folder.run(&[
        "bench-detection",
        "rule.yaml",
        "--data",
        ".",
        "--now",
        "2024-05-02",
        "--hosts",
        "1",
        "--key",
        "Gone",
    ]);
    assert!(ended.code == 2 && ended.stderr.contains("gives no Gone"), "{}", ended.stderr);
}

#[test]
fn a_rule_goes_to_azure_defender_and_back() {
    let folder = Folder::new().with("rule.yaml", RULE);
    let received = folder.run(&["export", "rule.yaml", "--to", "sentinel-yaml"]);
    assert_eq!(received.stdout, RULE, "{}", received.stderr);
    let arm: Value = serde_json::from_str(&folder.run(&["export", "rule.yaml", "--to", "arm"]).stdout).expect("JSON");
    assert_eq!(arm["resources"][0]["properties"]["queryFrequency"], "PT1H");
    let defender = folder.run(&["export", "rule.yaml", "--to", "defender"]);
    assert!(defender.stderr.contains("added to the query: ReportId and DeviceId"), "{}", defender.stderr);
    let defender: Value = serde_json::from_str(&defender.stdout).expect("JSON");
    let query = defender["queryCondition"]["queryText"].as_str().expect("a query");
    assert!(query.contains("summarize arg_max(Timestamp, ReportId, DeviceId), Timestamp = max(Timestamp)"), "{query}");
}
