//! The care of a lake from the command line: what it holds, held, and cannot be read of it.

use serde_json::json;

use crate::run::{Ended, Folder};

/// Connections from port 1 on, as Zeek writes them.
fn connections(count: u32) -> String {
    let line = |number: u32| {
        json!({"_path": "conn", "ts": 1_700_000_000 + i64::from(number), "uid": format!("C{number}"), "id.orig_h": "10.0.0.1",
            "id.orig_p": number, "id.resp_h": "192.0.2.9", "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"})
        .to_string()
            + "\n"
    };
    (1..=count).map(line).collect()
}

/// A lake of 3 and then 5 connections.
fn filled() -> Folder {
    let folder = Folder::new();
    for count in [3, 5] {
        std::fs::write(folder.path("conn.log"), connections(count)).expect("written");
        let ended = folder.run(&["ingest", "conn.log", "--lake", "lake", "-q"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    folder
}

fn ask(folder: &Folder, query: &str, more: &[&str]) -> Ended {
    folder.run(&[&["query", query, "--lake", "lake", "-F", "csv"], more].concat())
}

#[test]
fn a_table_that_cannot_be_read_is_left_out_and_named() {
    let folder = filled();
    let commit = folder.path("lake/DeviceNetworkEvents/_delta_log/00000000000000000000.json");
    let text = std::fs::read_to_string(&commit).expect("a commit");
    std::fs::write(&commit, text.replace("\"minReaderVersion\":1", "\"minReaderVersion\":99")).expect("written");
    let other = ask(&folder, "ASimNetworkSessionLogs | count", &[]);
    assert_eq!((other.code, other.stdout.as_str()), (0, "Count\r\n5\r\n"), "{}", other.stderr);
    assert!(other.stderr.contains("warning: the lake's table `DeviceNetworkEvents` is left out: "), "{}", other.stderr);
    let own = ask(&folder, "DeviceNetworkEvents | count", &[]);
    assert_eq!((own.code, own.stdout.as_str()), (3, ""), "{}", own.stderr);
    assert!(
        own.stderr.contains("error: the table `DeviceNetworkEvents` of the lake cannot be read: "),
        "{}",
        own.stderr
    );
    let status = folder.run(&["lake", "status", "--lake", "lake", "-F", "json", "-q"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    let rows = status["tables"][0]["rows"].as_array().expect("rows");
    let of = |table: &str| rows.iter().find(|row| row[0] == table).expect("a row");
    assert!(of("DeviceNetworkEvents")[8].as_str().is_some_and(|reason| reason.contains("99")), "{rows:?}");
    assert_eq!((&of("DeviceNetworkEvents")[1], &of("ASimNetworkSessionLogs")[1]), (&json!(null), &json!(5)));
    assert_eq!(of("ASimNetworkSessionLogs")[8], json!(""));
    // Care of all tables is care of those that can be read.
    let compacted = folder.run(&["lake", "compact", "--lake", "lake"]);
    assert_eq!(compacted.code, 0, "{}", compacted.stderr);
    assert!(compacted.stderr.contains("ASimNetworkSessionLogs: 2 files became 1"), "{}", compacted.stderr);
    assert!(compacted.stderr.contains("`DeviceNetworkEvents` is left out"), "{}", compacted.stderr);
    assert_eq!(folder.run(&["lake", "compact", "DeviceNetworkEvents", "--lake", "lake"]).code, 3);
}

#[test]
fn a_lake_is_seen_as_it_was() {
    let folder = filled();
    let count = |more: &[&str]| ask(&folder, "DeviceNetworkEvents | count", more);
    for (as_of, connections) in
        [("DeviceNetworkEvents=1", 3), ("DeviceNetworkEvents=2", 5), ("2000-01-01", 0), ("9999-12-31", 5)]
    {
        let ended = count(&["--as-of", as_of]);
        assert_eq!(ended.stdout, format!("Count\r\n{connections}\r\n"), "{as_of}: {}", ended.stderr);
    }
    let both = ["--as-of", "2000-01-01", "--as-of", "DeviceNetworkEvents=1"];
    assert_eq!(count(&both).stdout, "Count\r\n3\r\n");
    let history = folder.run(&["lake", "history", "DeviceNetworkEvents", "--lake", "lake", "-F", "csv"]);
    let lines: Vec<Vec<&str>> = history.stdout.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0], ["Version", "Time", "Operation", "Rows", "Files", "IsWhole"]);
    let told: Vec<[&str; 5]> = lines.iter().skip(1).map(|line| [line[0], line[2], line[3], line[4], line[5]]).collect();
    assert_eq!(
        told,
        [["2", "WRITE", "5", "2", "true"], ["1", "WRITE", "3", "1", "true"], ["0", "CREATE TABLE", "0", "0", "true"]]
    );
    // The moment of a version is that version.
    let ended = count(&["--as-of", lines[2][1]]);
    assert_eq!(ended.stdout, "Count\r\n3\r\n", "{}", ended.stderr);
    for (arguments, said) in [
        (&["--as-of", "DeviceNetworkEvents=7"][..], "the newest is 2"),
        (&["--as-of", "Nowhere=1"], "no table `Nowhere`"),
    ] {
        let ended = count(arguments);
        assert_eq!(ended.code, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
    for arguments in
        [&["--as-of", "2"][..], &["--as-of", "yesterday"], &["--as-of", "2024-05-01", "--as-of", "2024-05-02"]]
    {
        assert_eq!(count(arguments).code, 2);
    }
    assert_eq!(folder.run(&["query", "print 1", "--as-of", "2024-05-01"]).code, 2);
    assert_eq!(folder.run(&["lake", "history", "Nowhere", "--lake", "lake"]).code, 3);
    for arguments in [["lake", "compact", "--lake", "lake"], ["lake", "vacuum", "--keep=0", "--lake=lake"]] {
        assert_eq!(folder.run(&arguments).code, 0);
    }
    let gone = count(&["--as-of", "DeviceNetworkEvents=2"]);
    assert_eq!(gone.code, 3);
    assert!(gone.stderr.contains("version 2") && gone.stderr.contains("vacuum"), "{}", gone.stderr);
}

#[test]
fn a_place_that_no_lake_can_be_in() {
    for command in [&["ingest", "conn.log"][..], &["lake", "status"], &["query", "print 1"]] {
        let ended =
            Folder::new().with("conn.log", connections(1)).run(&[command, &["--lake", "ftp://host/lake"]].concat());
        assert_eq!(ended.code, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains("`ftp://` is no place that a lake can be in"), "{}", ended.stderr);
    }
}

#[test]
fn devices_have_the_names_that_the_map_of_assets_tells() {
    let folder = Folder::new()
        .with("conn.log", connections(2))
        .with("assets.csv", "Address,DeviceName\n10.0.0.0/24,WS07\nsomewhere,x\n");
    let query = "DeviceNetworkEvents | distinct DeviceName";
    let ended = folder.run(&["query", query, "--data", "conn.log", "--set", "assets=assets.csv", "-F", "csv"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "DeviceName\r\nws07\r\n"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("`assets.csv`: 1 record could not be read") && ended.stderr.contains("`somewhere`"),
        "{}",
        ended.stderr
    );
    let ended = folder.run(&["ingest", "conn.log", "--lake", "lake", "--set", "assets=assets.csv"]);
    assert!(ended.stderr.contains("`somewhere`"), "{}", ended.stderr);
    assert_eq!(ask(&folder, query, &[]).stdout, "DeviceName\r\nws07\r\n");
    assert_eq!(folder.run(&["query", "print 1", "--set", "assets=nowhere.csv"]).code, 3);
    assert_eq!(folder.run(&["query", "print 1", "--set", "aggregated_reports=some"]).code, 2);
}
