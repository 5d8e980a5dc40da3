//! Hunting queries over files: rules without a schedule (Microsoft's Azure-Sentinel repository, hunting queries), which never alert.

use serde_json::{Value, json};

use crate::run::Folder;

fn hunt(id: char, query: &str) -> String {
    format!(
        "id: 6a1f02d4-91c5-4b07-8e36-00000000000{id}\nname: Far ports {id}\ndescription: Connections to ports.\nversion: 1.0.0\n\
         requiredDataConnectors:\n- connectorId: MicrosoftThreatProtection\n  dataTypes: [DeviceNetworkEvents]\n\
         tactics: [CommandAndControl]\nrelevantTechniques: [T1571]\nquery: |\n  {query}\n\
         entityMappings:\n- entityType: IP\n  fieldMappings:\n  - {{identifier: Address, columnName: RemoteIP}}\n"
    )
}

const FINDS: &str =
    "DeviceNetworkEvents | where RemotePort > 1000 | project RemoteIP, RemotePort | sort by RemotePort asc";
const SILENT: &str = "DeviceNetworkEvents | where RemotePort > 60000 | project RemoteIP";

/// Two hunts in folders of their own and a rule beside them, over three connections, two of them to ports above 1000.
fn folder() -> Folder {
    let event = |port: u16| {
        format!(
            "{{\"TimeGenerated\":\"2024-05-01T10:00:00Z\",\"Type\":\"DeviceNetworkEvents\",\"DeviceName\":\"h\",\
             \"ActionType\":\"ConnectionSuccess\",\"RemoteIP\":\"192.0.2.7\",\"RemotePort\":{port}}}\n"
        )
    };
    let folder = Folder::new().with("sensor.json", [event(443), event(4444), event(8443)].concat());
    let rule = hunt('3', FINDS).replace("version:", "kind: NRT\nseverity: Low\nversion:");
    let files = [
        ("pack/hunts/far-ports/hunt.yaml", hunt('1', FINDS)),
        ("pack/hunts/farther-ports/hunt.yaml", hunt('2', SILENT)),
        ("pack/detections/far/rule.yaml", rule),
    ];
    for (path, text) in files {
        let path = folder.path(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn hunts_show_their_rows_and_rules_are_left_to_detect() {
    let folder = folder();
    let ended = folder.run(&["hunt", "pack", "--data", "sensor.json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let expect =
        ["Far ports 1 [far-ports] 2 rows", "RemoteIP   RemotePort", "192.0.2.7        4444", "192.0.2.7        8443"];
    assert_eq!(lines, expect, "{}", ended.stderr);
    assert!(ended.stderr.ends_with("note: 2 rows from 1 hunt; 1 hunt found nothing\n"), "{}", ended.stderr);

    let detect = folder.run(&["detect", "pack", "--data", "sensor.json", "-F", "ndjson"]);
    assert_eq!((detect.code, detect.stdout.lines().count()), (0, 1), "{}", detect.stderr);
    assert!(detect.stderr.contains("2 hunting queries are left out"), "{}", detect.stderr);
}

#[test]
fn a_row_found_says_what_it_is_about() {
    let ended = folder().run(&["hunt", "pack/far-ports", "--data", "sensor.json", "-F", "ndjson"]);
    let first: Value =
        serde_json::from_str(ended.stdout.lines().next().expect("two rows are found")).expect("an object a line");
    let expect = json!({
        "Hunt": "far-ports", "HuntId": "6a1f02d4-91c5-4b07-8e36-000000000001", "Name": "Far ports 1",
        "Tactics": ["CommandAndControl"], "Techniques": ["T1571"], "Entities": [{"Type": "IP", "Address": "192.0.2.7"}],
        "Row": {"RemoteIP": "192.0.2.7", "RemotePort": 4444},
    });
    assert_eq!(first, expect, "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 2);
}

#[test]
fn hunts_are_listed_without_data() {
    let ended = folder().run(&["hunt", "pack", "--list", "-F", "csv"]);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let expect = [
        "Hunt,Name,Techniques,Tables,Cases",
        "far-ports,Far ports 1,T1571,DeviceNetworkEvents,0",
        "farther-ports,Far ports 2,T1571,DeviceNetworkEvents,0",
    ];
    assert_eq!((ended.code, lines), (0, expect.to_vec()), "{}", ended.stderr);
}

#[test]
fn the_hunts_of_a_pack_that_comes_with_vedette_are_found_by_name() {
    let ended = Folder::new().run(&["hunt", "t1583.004", "--list", "-F", "ndjson"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.lines().count() >= 8, "{}", ended.stdout);
    let one = Folder::new().run(&["hunt", "T1583.004/beacons-by-gaps", "--list", "-F", "ndjson"]);
    assert_eq!((one.code, one.stdout.lines().count()), (0, 1), "{}", one.stderr);
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let folder = folder();
    let unknown = folder.run(&["hunt", "pack/near-ports", "--data", "sensor.json"]);
    assert!(
        unknown.code == 2 && unknown.stderr.contains("hunts there: far-ports, farther-ports"),
        "{}",
        unknown.stderr
    );
    let rules = folder.run(&["hunt", "pack/detections", "--data", "sensor.json"]);
    assert!(rules.code == 2 && rules.stderr.contains("`vedette detect` runs its rules"), "{}", rules.stderr);
    let hunts = folder.run(&["detect", "pack/hunts", "--data", "sensor.json"]);
    assert!(hunts.code == 2 && hunts.stderr.contains("`vedette hunt` runs them"), "{}", hunts.stderr);
    let pack = folder.run(&["hunt", "no-such-pack"]);
    assert!(pack.code == 2 && pack.stderr.contains("packs here"), "{}", pack.stderr);
}

#[test]
fn a_wrong_hunt_does_not_stop_the_others() {
    let folder = folder().with("wrong.yaml", hunt('4', "NoSuchTable_CL | take 1"));
    let ended = folder.run(&["hunt", "wrong.yaml", "pack", "--data", "sensor.json", "-F", "ndjson"]);
    assert_eq!((ended.code, ended.stdout.lines().count()), (1, 2), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("1 hunt could not run\n"), "{}", ended.stderr);
}
