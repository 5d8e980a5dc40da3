//! Functions written in KQL, from a folder and from a pack, and the values of query parameters.

use crate::run::Folder;

const RULE: &str = "id: 5d1e9a70-3a52-4a08-9d0c-000000000001\nname: Odd\ndescription: d.\nseverity: High\nrequiredDataConnectors: []\n\
    queryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: [CommandAndControl]\nrelevantTechniques: [T1571]\n\
    version: 1.0.0\nkind: Scheduled\nquery: |\n  Odd(4444) | project DeviceName\n";

fn folder() -> Folder {
    let folder = Folder::new().with(
        "sensor.json",
        "{\"TimeGenerated\":\"2024-05-01T10:00:00Z\",\"DeviceName\":\"h1\",\"ActionType\":\"ConnectionSuccess\",\
         \"RemoteIP\":\"192.0.2.7\",\"RemotePort\":4444,\"InitiatingProcessFileName\":\"a.exe\"}\n",
    );
    for place in ["mine", "pack/functions"] {
        std::fs::create_dir_all(folder.path(place)).expect("a folder");
    }
    folder
        .with("mine/Odd.kql", "// Connections to a port.\n(port: int = 443) {\n    DeviceNetworkEvents\n    | where RemotePort == port\n}\n")
        .with("mine/Wrong.kql", "() {\n    DeviceNetworkEvents\n    | where Nowhere == 1\n}\n")
        .with("pack/functions/Odd.kql", "(port: int) { DeviceNetworkEvents | where RemotePort == port | extend DeviceName = toupper(DeviceName) }")
        .with("pack/rule.yaml", RULE)
}

fn query(text: &str, more: &[&str]) -> (i32, String, String) {
    let folder = folder();
    let ended = folder.run(&[&["query", text, "--format", "csv", "--quiet"], more].concat());
    (ended.code, ended.stdout.replace("\r\n", "\n"), ended.stderr)
}

#[test]
fn a_folder_adds_functions() {
    let data = ["--data", "sensor.json", "--functions", "mine"];
    assert_eq!(query("Odd(port = 4444) | project DeviceName", &data).1, "DeviceName\nh1\n");
    assert_eq!(query("Odd | count", &data).1, "Count\n0\n");
    assert_eq!(query("union Odd, (Odd(4444)) | count", &data).1, "Count\n1\n");
    let (code, _, stderr) = query("Odd(4444) | count", &["--data", "sensor.json"]);
    assert!(code == 1 && stderr.contains("KS211"), "{stderr}");
    assert_eq!(query("print 1", &["--functions", "nowhere"]).0, 3);
}

#[test]
fn what_is_wrong_in_a_function_names_its_file() {
    let (code, _, stderr) = query("Wrong | count", &["--functions", "mine"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("in `Wrong` (mine/Wrong.kql, line 3, column 13)"), "{stderr}");
}

/// The pack's function gives the name in capitals; that of the folder, which every query sees, does not.
#[test]
fn the_functions_of_a_pack_are_for_its_rules() {
    let folder = folder();
    for rules in ["pack", "pack/rule.yaml"] {
        let ended = folder.run(&["detect", rules, "--data", "sensor.json", "--functions", "mine"]);
        assert!(ended.code == 0 && ended.stdout.contains("H1"), "{} {}", ended.stdout, ended.stderr);
    }
}

#[test]
fn schema_shows_and_lists_functions() {
    let folder = folder();
    let ended = folder.run(&["schema", "Odd", "--functions", "mine", "--format", "csv"]);
    assert!(ended.stdout.contains("RemotePort,int,"), "{}", ended.stdout);
    let ended = folder.run(&["schema", "--list-functions", "--functions", "mine", "--format", "csv"]);
    assert!(ended.stdout.contains("Odd,(port: int = 443),Connections to a port.\r\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("\n_Im_Dns,"), "{}", ended.stdout);
    assert_eq!(folder.run(&["schema"]).code, 2);
}

#[test]
fn a_query_parameter_takes_a_value() {
    let text = "declare query_parameters(n: long, s: string = 'x'); print n = n + 1, s";
    assert_eq!(query(text, &["--param", "n=41"]).1, "n,print_1\n42,x\n");
    assert_eq!(query(text, &["--param", "n=41", "--param", "s=a b"]).1, "n,print_1\n42,a b\n");
    let (code, _, stderr) = query(text, &["--param", "n=1; print 2"]);
    assert!(code == 1 && stderr.contains("`1; print 2`"), "{stderr}");
    assert!(query(text, &[]).2.contains("--param n="));
    assert_eq!(query(text, &["--param", "n"]).0, 2);
}
