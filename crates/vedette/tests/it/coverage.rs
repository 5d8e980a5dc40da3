//! What packs cover. The layer: the fields that ATT&CK Navigator's layer format 4.5 requires (MITRE's specification of the format).

use serde_json::{Value, json};

use crate::run::Folder;

fn rule(id: char, techniques: &str, rest: &str) -> String {
    format!(
        "id: 2c9e44b0-7d1a-4f6b-a2a4-00000000000{id}\nname: Named {id}\ndescription: d\nversion: 1.0.0\n\
         requiredDataConnectors:\n- connectorId: C\n  dataTypes: [ASimWebSessionLogs]\ntactics: [CommandAndControl]\n\
         relevantTechniques: {techniques}\nquery: ASimWebSessionLogs\n{rest}"
    )
}

fn folder() -> Folder {
    Folder::new()
        .with("low.yaml", rule('1', "[T1071, T1071.001]", "kind: NRT\nseverity: Low\n"))
        .with("high.yaml", rule('2', "[T1071.001]", "kind: NRT\nseverity: High\n"))
        .with("ask.yaml", rule('3', "[T1071.001, T9999]", ""))
}

#[test]
fn a_line_per_technique_says_what_covers_it_and_what_it_takes() {
    let ended = folder().run(&["coverage", "low.yaml", "high.yaml", "ask.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let cells: Vec<Vec<&str>> = ended
        .stdout
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>())
        .map(|cells| cells[..cells.len() - 1].to_vec())
        .collect();
    let web = "ASimWebSessionLogs";
    let expect: [&[&str]; 4] = [
        &["Technique", "Name", "Severity", "Detections", "Hunts", "Tests", "Tables"],
        &["T1071", "Application Layer Protocol", "Low", "low", web],
        &["T1071.001", "Application Layer Protocol: Web Protocols", "High", "low, high", "ask", web],
        // Nobody knows it, and it is covered all the same.
        &["T9999", "ask", web],
    ];
    assert_eq!(cells, expect);
    assert!(ended.stdout.lines().nth(1).is_some_and(|line| line.contains("squid") && line.contains("zeek")));
    assert!(
        ended.stderr.ends_with("note: 3 techniques in 3 packs; 3 rules without a case that proves it\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn programs_get_a_row_per_technique_and_item() {
    let ended = folder().run(&["coverage", "low.yaml", "ask.yaml", "-F", "ndjson"]);
    let rows: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let brief: Vec<Value> = rows
        .iter()
        .map(|row| json!([row["Technique"], row["Kind"], row["Item"], row["Severity"], row["Cases"]]))
        .collect();
    let expect = [
        json!(["T1071", "detection", "low", "Low", 0]),
        json!(["T1071.001", "detection", "low", "Low", 0]),
        json!(["T1071.001", "hunt", "ask", "", 0]),
        json!(["T9999", "hunt", "ask", "", 0]),
    ];
    assert_eq!(brief, expect, "{}", ended.stderr);
    assert_eq!(rows[0]["Tactics"], json!(["CommandAndControl"]));
    assert_eq!(rows[0]["Tables"], json!(["ASimWebSessionLogs"]));
}

#[test]
fn a_layer_has_what_navigator_asks_for() {
    let folder = folder();
    let ended = folder.run(&["coverage", "low.yaml", "high.yaml", "--layer", "layer.json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let layer: Value = serde_json::from_str(&folder.read("layer.json")).expect("a layer is JSON");
    assert_eq!((&layer["domain"], &layer["versions"]["layer"]), (&json!("enterprise-attack"), &json!("4.5")));
    let techniques = layer["techniques"].as_array().expect("a list of techniques");
    let brief: Vec<Value> = techniques
        .iter()
        .map(|technique| json!([technique["techniqueID"], technique["score"], technique["showSubtechniques"]]))
        .collect();
    assert_eq!(brief, [json!(["T1071", 1, true]), json!(["T1071.001", 2, false])]);
    assert!(techniques[1]["comment"].as_str().is_some_and(|text| text.contains("detection high/high: Named 2")));
    assert_eq!(layer["gradient"]["maxValue"], json!(2));
}

#[test]
fn the_packs_that_come_with_vedette_cover_what_they_promise() {
    let ended = Folder::new().run(&["coverage", "-F", "ndjson"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for technique in ["T1583.004", "T1583.001", "T1071.001", "T1071.004", "T1571", "T1053.005"] {
        let covers =
            |line: &&str| line.contains(&format!("\"Technique\":\"{technique}\"")) && line.contains("\"detection\"");
        assert!(ended.stdout.lines().any(|line| covers(&line)), "{technique}");
    }
    let is_test = |line: &&str| line.contains("\"Technique\":\"T1583.004\"") && line.contains("\"Kind\":\"test\"");
    assert!(ended.stdout.lines().filter(is_test).count() >= 4, "{}", ended.stdout);
    assert!(!ended.stderr.contains("without a case"), "{}", ended.stderr);
}

#[test]
fn a_pack_that_is_not_there_is_said() {
    let ended = Folder::new().run(&["coverage", "t9999"]);
    assert!(ended.code == 2 && ended.stderr.contains("packs here"), "{}", ended.stderr);
}
