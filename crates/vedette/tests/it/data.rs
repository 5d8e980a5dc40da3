//! Files as tables, what is said about reading them, and what `now` is then.

use serde_json::{Value, json};

use crate::run::{Ended, Folder};

const PEOPLE: &str = "Name,Born\nAda,1815-12-10\nGrace,1906-12-09\n";

fn event(time: &str, port: u16) -> String {
    format!(
        "{{\"TimeGenerated\":\"{time}\",\"DeviceName\":\"h1\",\"ActionType\":\"ConnectionSuccess\",\"RemoteIP\":\"192.0.2.7\",\
         \"RemotePort\":{port},\"InitiatingProcessFileName\":\"a.exe\",\"InitiatingProcessAccountName\":\"ann\"}}\n"
    )
}

fn query(folder: &Folder, kql: &str, more: &[&str]) -> Ended {
    folder.run(&[&["query", kql, "-F", "csv"], more].concat())
}

#[test]
fn a_named_file_is_a_table_with_its_own_columns() {
    let folder = Folder::new().with("people.csv", PEOPLE);
    let ended =
        query(&folder, "people | where Born < datetime(1900-01-01) | project Name", &["--table", "people=people.csv"]);
    assert_eq!(ended.stdout, "Name\r\nAda\r\n", "{}", ended.stderr);
    let listed = folder.run(&["tables", "--table", "people=people.csv", "-F", "csv", "--quiet"]);
    assert_eq!(listed.stdout, "Table,Rows,Columns\r\npeople,2,2\r\n", "{}", listed.stderr);
    let schema = folder.run(&["schema", "PEOPLE", "--table", "people=people.csv", "-F", "csv"]);
    assert_eq!(schema.stdout, "Column,Type,StandsFor\r\nName,string,\r\nBorn,datetime,\r\n", "{}", schema.stderr);
}

#[test]
fn events_land_in_their_table_and_the_newest_is_now() {
    let events = [event("2024-05-01T10:00:00Z", 443), event("2024-05-01T11:30:00Z", 80)].concat();
    let folder = Folder::new().with("sensor.json", events);
    let ended =
        query(&folder, "DeviceNetworkEvents | project Timestamp, RemotePort, n = now()", &["--data", "sensor.json"]);
    let now = "2024-05-01T11:30:00Z";
    assert_eq!(
        ended.stdout,
        format!("Timestamp,RemotePort,n\r\n2024-05-01T10:00:00Z,443,{now}\r\n2024-05-01T11:30:00Z,80,{now}\r\n"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("note: 2 records from 1 file\n"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains(&format!("note: now is {now}, the newest event in the data; --now sets it\n")),
        "{}",
        ended.stderr
    );
}

/// `AccountName` is in published queries and not in Microsoft's table; `--strict-schema` asks what Microsoft's answer would be.
#[test]
fn a_name_that_microsoft_lacks_stands_for_one_that_it_has() {
    let folder = Folder::new().with("sensor.json", event("2024-05-01T10:00:00Z", 443));
    let kql = "DeviceNetworkEvents | project AccountName";
    let lenient = query(&folder, kql, &["--data", "sensor.json"]);
    assert_eq!((lenient.code, lenient.stdout.as_str()), (0, "AccountName\r\nann\r\n"), "{}", lenient.stderr);
    let strict = query(&folder, kql, &["--data", "sensor.json", "--strict-schema"]);
    assert_eq!(strict.code, 1);
    assert!(strict.stderr.contains("[KS142]"), "{}", strict.stderr);
}

#[test]
fn a_record_that_cannot_be_read_is_counted_and_named() {
    let good = event("2024-05-01T10:00:00Z", 443);
    let folder = Folder::new().with("sensor.json", format!("{good}{{\"DeviceName\":\n{good}"));
    let ended = query(&folder, "DeviceNetworkEvents | count", &["--data", "sensor.json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Count\r\n2\r\n"), "{}", ended.stderr);
    // The bad line begins after the first line.
    let said = format!("warning: `sensor.json`: 1 record could not be read; the first at byte {}: ", good.len());
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
    let strict = query(&folder, "DeviceNetworkEvents | count", &["--data", "sensor.json", "--strict"]);
    assert_eq!((strict.code, strict.stdout.as_str()), (3, ""), "{}", strict.stderr);
}

#[test]
fn a_path_that_is_not_there_is_an_error_of_the_environment() {
    let ended = query(&Folder::new(), "print 1", &["--data", "absent.evtx"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (3, ""));
    assert!(ended.stderr.contains("error: cannot read `absent.evtx`"), "{}", ended.stderr);
}

#[test]
fn known_tables_are_there_without_data() {
    let folder = Folder::new();
    let ended = query(&folder, "DeviceNetworkEvents | count", &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Count\r\n0\r\n"), "{}", ended.stderr);
    let schema = folder.run(&["schema", "devicenetworkevents", "-F", "ndjson"]);
    let columns: Vec<Value> = schema.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(columns.contains(&json!({"Column": "RemotePort", "Type": "int", "StandsFor": ""})), "{}", schema.stdout);
    let stands_for = json!({"Column": "AccountName", "Type": "string", "StandsFor": "InitiatingProcessAccountName"});
    assert!(columns.contains(&stands_for), "{}", schema.stdout);
    let ended = folder.run(&["schema", "NetworkEvents"]);
    assert!(ended.code == 2 && ended.stderr.contains("DeviceNetworkEvents"), "{}", ended.stderr);
}
