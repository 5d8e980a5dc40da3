//! Ingestion: what was read is stored once, whatever happens in between, and queries see it as they see files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Database, IngestOptions, Ingested, Lake, Options, ingest};
use serde_json::{Value as Json, json};

use crate::answers::{ask, open};

/// Connections as Zeek writes them, numbered: from port 1000 + number, a second apart.
pub(crate) fn connections(numbers: std::ops::Range<u32>) -> String {
    let line = |number: u32| {
        json!({"_path": "conn", "ts": 1_700_000_000 + i64::from(number), "uid": format!("C{number}"), "id.orig_h": "10.0.0.1",
            "id.orig_p": 1_000 + number, "id.resp_h": "192.0.2.9", "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"})
        .to_string()
    };
    numbers.map(|number| line(number) + "\n").collect()
}

/// A folder with files and a lake.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("written");
        path
    }

    pub(crate) fn lake(&self) -> Lake {
        Lake::open_or_create(self.path("lake").to_str().expect("a path")).expect("a lake")
    }

    pub(crate) async fn ingest(&self, paths: &[&Path]) -> Ingested {
        let paths = paths.iter().map(|path| path.to_path_buf()).collect();
        ingest(&self.lake(), paths, IngestOptions::default()).await.expect("ingested")
    }

    pub(crate) async fn database(&self) -> Arc<Database> {
        open(vec![], vec![], Options { lake: Some(self.lake()), ..Options::default() }).await
    }

    /// How many connections there are, and how many different ones.
    pub(crate) async fn connections(&self) -> (i64, i64) {
        let query = "DeviceNetworkEvents | summarize n = count(), d = count_distinct(LocalPort)";
        let rows = ask(&self.database().await, query).await;
        (rows[0]["n"].as_i64().expect("a count"), rows[0]["d"].as_i64().expect("a count"))
    }
}

pub(crate) fn rows(ingested: &Ingested, table: &str) -> u64 {
    ingested.rows.get(table).copied().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_stored_once() {
    let place = Place::new();
    let log = place.write("logs/conn.log", &connections(0..10));
    let first = place.ingest(&[&log]).await;
    assert_eq!((first.known, rows(&first, "DeviceNetworkEvents")), (0, 10));
    // Again, and a copy of it, by itself and beside another copy.
    assert_eq!(place.ingest(&[&log]).await.known, 1);
    place.write("logs/copy.log", &connections(0..10));
    place.write("logs/second-copy.log", &connections(0..10));
    let again = place.ingest(&[&place.path("logs")]).await;
    assert_eq!((again.known, rows(&again, "DeviceNetworkEvents")), (3, 0));
    assert_eq!(place.connections().await, (10, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_has_grown_goes_on_where_it_was_left() {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..10));
    place.ingest(&[&log]).await;
    place.write("conn.log", &connections(0..25));
    let grown = place.ingest(&[&log]).await;
    assert_eq!((grown.known, rows(&grown, "DeviceNetworkEvents")), (0, 15));
    // Another file under the old name is another file.
    place.write("conn.log", &connections(25..60));
    assert_eq!(rows(&place.ingest(&[&log]).await, "DeviceNetworkEvents"), 35);
    assert_eq!(place.connections().await, (60, 60));
}

/// The same events from files and from a lake: a lake keeps microseconds, and these have no more digits.
#[tokio::test(flavor = "multi_thread")]
async fn a_lake_answers_as_files_do() {
    let place = Place::new();
    let dns = json!({"_path": "dns", "ts": 1_700_000_100.5, "uid": "D1", "id.orig_h": "10.0.0.1", "id.orig_p": 5, "id.resp_h": "10.0.0.53",
        "id.resp_p": 53, "proto": "udp", "query": "é.example", "qtype_name": "A", "rcode_name": "NOERROR", "answers": ["192.0.2.9"]});
    let log = place.write("mixed.log", &format!("{}{dns}\n", connections(0..3)));
    place.ingest(&[&log]).await;
    let (files, lake) = (open(vec![log], vec![], Options::default()).await, place.database().await);
    for query in [
        "DeviceNetworkEvents | sort by Timestamp asc, LocalPort asc",
        "DeviceNetworkEvents | where RemoteUrl == '' | summarize count(), min(TimeGenerated), make_set(Type)",
        "DeviceNetworkEvents | where isempty(InitiatingProcessCommandLine) and isnull(InitiatingProcessId) | count",
        "DeviceNetworkEvents | where Timestamp > datetime(2023-11-14T22:13:20.5Z) | summarize make_list(LocalPort)",
        "DnsEvents | project TimeGenerated, Name, IPAddresses, Type",
        "ASimDnsActivityLogs | getschema | count",
        "union DeviceNetworkEvents, DnsEvents | summarize count() by Type | sort by Type asc",
    ] {
        assert_eq!(ask(&lake, query).await, ask(&files, query).await, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_a_table() {
    let place = Place::new();
    let log =
        place.write("conn.log", &format!("{}{{\"_path\": \"conn\", \"ts\"\n{}", connections(0..2), connections(2..3)));
    let ingested = place.ingest(&[&log]).await;
    assert_eq!(ingested.summary.bad_count(), 1);
    let bad = ask(&place.database().await, "_BadRecords | project Path, Offset, isnotempty(Reason)").await;
    let offset = connections(0..2).len();
    assert_eq!(bad.len(), 1);
    assert_eq!(
        Json::Object(bad[0].clone()),
        json!({"Path": log.display().to_string(), "Offset": offset, "Column1": true})
    );
    let files = ask(&place.database().await, "_Files | project Records, Bad, IsComplete").await;
    assert_eq!(Json::Object(files[0].clone()), json!({"Records": 3, "Bad": 1, "IsComplete": true}));
    // Grown: the bad record is not told twice.
    place.write("conn.log", &format!("{}{{\"_path\": \"conn\", \"ts\"\n{}", connections(0..2), connections(2..9)));
    place.ingest(&[&log]).await;
    assert_eq!(ask(&place.database().await, "_BadRecords | count").await[0]["Count"], json!(1));
    assert_eq!(place.connections().await, (9, 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_is_asked_of_its_day_only() {
    let place = Place::new();
    // 100,000 s are a day and more: three days.
    let line = |day: u32| connections(day * 90_000..day * 90_000 + 5);
    let log = place.write("conn.log", &[line(0), line(1), line(2)].concat());
    place.ingest(&[&log]).await;
    let days = std::fs::read_dir(place.path("lake/DeviceNetworkEvents")).expect("a folder");
    let mut days: Vec<String> =
        days.map(|day| day.expect("a day").file_name().to_string_lossy().into_owned()).collect();
    days.sort();
    assert_eq!(days, ["_date=2023-11-14", "_date=2023-11-15", "_date=2023-11-17", "_delta_log", "_terms"]);
    // The other days' files are not opened: they are not there.
    for day in ["_date=2023-11-14", "_date=2023-11-17"] {
        std::fs::remove_dir_all(place.path("lake/DeviceNetworkEvents").join(day)).expect("removed");
    }
    let query = "DeviceNetworkEvents | where Timestamp between (datetime(2023-11-15) .. datetime(2023-11-16)) | count";
    assert_eq!(ask(&place.database().await, query).await[0]["Count"], json!(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_table_is_refused() {
    let place = Place::new();
    place.write("lake/DeviceNetworkEvents/notes.txt", "mine");
    let log = place.write("conn.log", &connections(0..1));
    let refused = ingest(&place.lake(), vec![log], IngestOptions::default()).await.expect_err("no Delta table");
    let text = refused.to_string();
    assert!(text.contains("DeviceNetworkEvents") && text.contains("notes.txt"), "{text}");
}

/// Years that no log should have, and that files have all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_and_the_last_years_are_days_like_others() {
    let place = Place::new();
    let row = |time: &str| {
        json!({"Timestamp": time, "DeviceName": "a", "ActionType": "ConnectionSuccess", "RemoteIP": "192.0.2.1",
        "RemotePort": 1, "LocalPort": 1})
        .to_string()
    };
    let times = ["1601-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z"];
    let log = place.write("rows.json", &times.map(row).join("\n"));
    let ingested = place.ingest(&[&log]).await;
    assert_eq!(rows(&ingested, "DeviceNetworkEvents"), 3);
    let found = ask(&place.database().await, "DeviceNetworkEvents | sort by Timestamp asc | project Timestamp").await;
    let found: Vec<&str> = found.iter().filter_map(|row| row["Timestamp"].as_str()).collect();
    // The seventh digit is cut off.
    assert_eq!(found, ["0001-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.0000000Z", "9999-12-31T23:59:59.9999990Z"]);
    let query = "DeviceNetworkEvents | where Timestamp < datetime(1700-01-01) | count";
    assert_eq!(ask(&place.database().await, query).await[0]["Count"], json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_of_a_day_become_one_and_no_row_changes() {
    let place = Place::new();
    for part in 0..4_u32 {
        let log = place.write("conn.log", &connections(part * 10..part * 10 + 10));
        place.ingest(&[&log]).await;
    }
    let query =
        "DeviceNetworkEvents | sort by LocalPort asc | project Timestamp, LocalPort, RemoteIP, RemoteUrl, ReportId";
    let before = ask(&place.database().await, query).await;
    assert_eq!(before.len(), 40);
    let compacted = place.lake().compact("DeviceNetworkEvents", &|| {}).await.expect("compacted");
    assert_eq!((compacted.before, compacted.after), (4, 1));
    assert_eq!(ask(&place.database().await, query).await, before);
    // The files are still there for who reads an older version, until they are vacuumed.
    let gone = place.lake().vacuum("DeviceNetworkEvents", 0, true, &|| {}).await.expect("looked");
    assert_eq!(gone.len(), 4);
    assert_eq!(place.lake().vacuum("DeviceNetworkEvents", 0, false, &|| {}).await.expect("vacuumed").len(), 4);
    assert_eq!(ask(&place.database().await, query).await, before);
    // And rows still go behind it, each file once.
    assert_eq!(place.ingest(&[&place.path("conn.log")]).await.known, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_too_old_go() {
    let place = Place::new();
    // The days of 14 and 15 November 2023.
    let log = place.write("conn.log", &[connections(0..5), connections(90_000..90_007)].concat());
    place.ingest(&[&log]).await;
    let lake = place.lake();
    let at = |day: i64| (1_700_000_000 + day * 86_400) * 1_000_000;
    assert_eq!(lake.retain("DeviceNetworkEvents", at(1_000), &|| {}).await.expect("nothing to do"), 0);
    lake.set_retention("DeviceNetworkEvents", Some(30), &|| {}).await.expect("set");
    assert_eq!(lake.retain("DeviceNetworkEvents", at(30), &|| {}).await.expect("kept"), 0);
    assert_eq!(lake.retain("DeviceNetworkEvents", at(31), &|| {}).await.expect("taken away"), 1);
    assert_eq!(place.connections().await.0, 7);
    let status = lake.status().await.expect("known");
    let table = status.iter().find(|table| table.name == "DeviceNetworkEvents").expect("the table");
    assert_eq!((table.rows, table.files, table.retention_days), (7, 1, Some(30)));
    assert_eq!(table.days, Some(("2023-11-15".to_owned(), "2023-11-15".to_owned())));
}

/// What a crash may leave: rows that are written and decided, in some tables committed and in others not.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_is_done_by_whoever_comes_next() {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..10));
    place.ingest(&[&log]).await;
    // As if the tables had not been committed: their logs go, and the decision stands.
    let lake = place.path("lake");
    let entry = lake.join(".vedette/journal/00000000000000000001.json");
    let decided = |table: &str| {
        let log =
            std::fs::read_to_string(lake.join(table).join("_delta_log/00000000000000000001.json")).expect("a commit");
        let actions: Vec<Json> = log.lines().map(|line| serde_json::from_str(line).expect("an action")).collect();
        let create =
            std::fs::read_to_string(lake.join(table).join("_delta_log/00000000000000000000.json")).expect("a commit");
        let schema = create.lines().map(|line| serde_json::from_str::<Json>(line).expect("an action"));
        let schema = schema.filter_map(|action| action["metaData"]["schemaString"].as_str().map(str::to_owned)).next();
        let schema: Json = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
        let columns: Vec<Json> = schema["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .filter(|field| field["name"] != "_date")
            .map(|field| {
                let ty = field["metadata"]["kql.type"].as_str().unwrap_or(match field["type"].as_str() {
                    Some("timestamp") => "datetime",
                    Some("boolean") => "bool",
                    Some("integer") => "int",
                    Some("double") => "real",
                    Some(other) => other,
                    None => "dynamic",
                });
                json!([field["name"], ty])
            })
            .collect();
        let added: Vec<Json> = actions.iter().filter_map(|action| action.get("add").cloned()).collect();
        let told: Vec<&Json> = columns.iter().filter(|column| column[0] != "_ingest").collect();
        json!({"name": table, "told": told, "columns": columns, "added": added})
    };
    let tables = json!([decided("ASimNetworkSessionLogs"), decided("DeviceNetworkEvents"), decided("_Files")]);
    for table in ["DeviceNetworkEvents", "_Files"] {
        std::fs::remove_dir_all(lake.join(table).join("_delta_log")).expect("removed");
    }
    std::fs::write(&entry, json!({"number": 1, "tables": tables}).to_string()).expect("written");
    assert!(place.lake().is_interrupted().await.expect("looked"));
    let next = place.ingest(&[&log]).await;
    assert_eq!((next.recovered, next.known), (1, 1));
    assert_eq!(place.connections().await, (10, 10));
    assert_eq!(ask(&place.database().await, "ASimNetworkSessionLogs | count").await[0]["Count"], json!(10));
    assert!(!entry.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_knows_when_it_came_in_and_shows_it_to_who_asks() {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..3));
    place.ingest(&[&log]).await;
    place.write("conn.log", &connections(0..5));
    place.ingest(&[&log]).await;
    let lake = place.database().await;
    // What came later has a later time, whatever the clock did.
    let query =
        "DeviceNetworkEvents | extend at = ingestion_time() | summarize n = count() by at | sort by at asc | project n";
    let counts: Vec<Json> = ask(&lake, query).await.into_iter().map(|row| row["n"].clone()).collect();
    assert_eq!(counts, [json!(3), json!(2)]);
    for (query, count) in [
        ("DeviceNetworkEvents | where ingestion_time() > datetime(2020-01-01) | count", 5),
        ("union DeviceNetworkEvents, (DeviceNetworkEvents | take 1) | where isnotnull(ingestion_time()) | count", 6),
        (
            "DeviceNetworkEvents | where LocalPort < 1002 | sort by Timestamp | where ingestion_time() < datetime(2020-01-01) | count",
            0,
        ),
        (
            "DeviceNetworkEvents | where isnotnull(ingestion_time()) | getschema | where ColumnName has 'ingest' | count",
            0,
        ),
        (
            "DeviceNetworkEvents | where isnotnull(ingestion_time()) | project-away AdditionalFields | distinct * | count",
            5,
        ),
        (
            "DeviceNetworkEvents | where ingestion_time() between (datetime(2020-01-01) .. 10000d) | summarize arg_max(LocalPort, *) | count",
            1,
        ),
    ] {
        assert_eq!(ask(&lake, query).await[0]["Count"], json!(count), "{query}");
    }
    let shown = ask(&lake, "DeviceNetworkEvents | where isnotnull(ingestion_time()) | take 1").await;
    assert!(shown[0].keys().all(|name| !name.starts_with('$') && name != "_ingest"), "{shown:?}");
}

/// A row in the form in which Defender streams its tables.
fn streamed(table: &str, properties: &Json) -> String {
    json!({"time": properties["Timestamp"], "category": format!("AdvancedHunting-{table}"), "properties": properties})
        .to_string()
        + "\n"
}

/// Pid 7 is one process until it ends and another one later; the rows about it come in other files, in other runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_learns_from_rows_that_were_stored_before() {
    let place = Place::new();
    let start = |at: &str, line: &str| {
        streamed(
            "DeviceProcessEvents",
            &json!({"Timestamp": at, "DeviceId": "d", "DeviceName": "a.example", "ActionType": "ProcessCreated",
            "ProcessId": 7, "ProcessCreationTime": at, "FileName": "a.exe", "ProcessCommandLine": line}),
        )
    };
    let end = |at: &str| {
        streamed(
            "DeviceEvents",
            &json!({"Timestamp": at, "DeviceId": "d", "DeviceName": "a.example", "ActionType": "ProcessTerminated",
            "InitiatingProcessId": 7, "InitiatingProcessFileName": "a.exe"}),
        )
    };
    let connection = |at: &str, device: &str| {
        streamed(
            "DeviceNetworkEvents",
            &json!({"Timestamp": at, "DeviceId": device, "DeviceName": "a.example", "ActionType": "ConnectionSuccess",
            "RemoteIP": "192.0.2.1", "RemotePort": 443, "InitiatingProcessId": 7, "InitiatingProcessFileName": "a.exe"}),
        )
    };
    let first = start("2024-05-01T10:00:00Z", "first")
        + &end("2024-05-01T11:00:00Z")
        + &start("2024-05-01T12:00:00Z", "second");
    place.ingest(&[&place.write("starts.json", &first)]).await;
    let later =
        ["2024-05-01T10:30:00Z", "2024-05-01T11:30:00Z", "2024-05-01T12:30:00Z"].map(|at| connection(at, "d")).concat()
            + &connection("2024-05-01T12:30:00Z", "e");
    place.ingest(&[&place.write("connections.json", &later)]).await;
    let query = "DeviceNetworkEvents | sort by Timestamp asc, DeviceId asc | project InitiatingProcessCommandLine";
    let found = ask(&place.database().await, query).await;
    let lines: Vec<&str> = found.iter().filter_map(|row| row["InitiatingProcessCommandLine"].as_str()).collect();
    assert_eq!(lines, ["first", "", "second", ""]);
    // And nothing was stored twice on the way.
    assert_eq!(ask(&place.database().await, "DeviceProcessEvents | count").await[0]["Count"], json!(2));
    assert_eq!(ask(&place.database().await, "DeviceEvents | count").await[0]["Count"], json!(1));
}

/// What a power cut or a kill may leave of the first commit of a table: a folder for its log, and a file that has no name yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_a_commit_is_none() {
    let place = Place::new();
    place.write("lake/DeviceNetworkEvents/_delta_log/.4711-0.tmp", "{");
    assert!(ask(&place.database().await, "DeviceNetworkEvents").await.is_empty());
    let log = place.write("conn.log", &connections(0..4));
    place.ingest(&[&log]).await;
    assert_eq!(place.connections().await, (4, 4));
}
