//! A lake from the command line: filled once, whatever breaks off, and asked like files.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::run::Folder;

const CONNECTIONS: u32 = 3_000;

/// Connections of three days as Zeek writes them, and a line that is none.
fn log() -> String {
    let line = |number: u32| {
        json!({"_path": "conn", "ts": 1_700_000_000 + i64::from(number) * 40, "uid": format!("C{number}"), "id.orig_h": "10.0.0.1",
            "id.orig_p": number, "id.resp_h": "192.0.2.9", "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"})
        .to_string()
            + "\n"
    };
    (0..CONNECTIONS).map(line).collect::<String>() + "{\"_path\": \"conn\"\n"
}

fn filled() -> Folder {
    Folder::new().with("conn.log", log())
}

/// Rows, different rows, bad records and files of the lake.
fn facts(folder: &Folder) -> String {
    let query = "let n = DeviceNetworkEvents | summarize n = count(), d = count_distinct(LocalPort), t = sum(LocalPort); \
        n | extend bad = toscalar(_BadRecords | count), files = toscalar(_Files | where IsComplete | count)";
    let ended = folder.run(&["query", query, "--lake", "lake", "-F", "csv", "-q"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout.lines().last().unwrap_or_default().to_owned()
}

/// 0 + 1 + … + 2,999 = 4,498,500.
const EXPECTED: &str = "3000,3000,4498500,1,1";

#[test]
fn a_lake_is_filled_once_and_asked_like_files() {
    let folder = filled();
    let first = folder.run(&["ingest", "conn.log", "--lake", "lake"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stderr.contains("DeviceNetworkEvents: 3000"), "{}", first.stderr);
    let again = folder.run(&["ingest", "conn.log", "--lake", "lake"]);
    assert!(again.stderr.contains("1 file had been read before"), "{}", again.stderr);
    assert_eq!(facts(&folder), EXPECTED);
    let strict = folder.with("worse.log", "{\"_path\": \"conn\"\n");
    assert_eq!(strict.run(&["ingest", "worse.log", "--lake", "lake", "--strict"]).code, 3);
    let listed = strict.run(&["lake", "status", "--lake", "lake", "-F", "csv", "-q"]);
    assert!(listed.stdout.contains("DeviceNetworkEvents,3000,3,"), "{}", listed.stdout);
}

#[test]
fn an_ingestion_that_is_killed_is_taken_up_again() {
    let folder = filled();
    for after in [30, 150, 400, 800, 1_200] {
        let mut command = folder.command(&["ingest", "conn.log", "--lake", "lake", "-q"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        std::thread::sleep(Duration::from_millis(after));
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
    }
    let last = folder.run(&["ingest", "conn.log", "--lake", "lake", "-q"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    assert_eq!(facts(&folder), EXPECTED);
}

#[test]
fn two_at_once_store_what_one_would() {
    let folder = filled();
    let mut command = folder.command(&["ingest", "conn.log", "--lake", "lake", "-q"]);
    let mut other = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let one = folder.run(&["ingest", "conn.log", "--lake", "lake", "-q"]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert!(other.wait().expect("it ends").success());
    assert_eq!(facts(&folder), EXPECTED);
}

#[test]
fn a_lake_that_is_not_there_is_said() {
    let ended = Folder::new().run(&["query", "print 1", "--lake", "nowhere"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("nowhere") && ended.stderr.contains("vedette ingest"), "{}", ended.stderr);
    let file = filled().run(&["ingest", "conn.log", "--lake", "conn.log"]);
    assert_eq!(file.code, 3);
    assert!(file.stderr.contains("this is a file"), "{}", file.stderr);
}
