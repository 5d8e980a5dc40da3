//! The care of a lake: tables that cannot be read, tables as they were, and what a crash leaves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Engine, Error, Executor, Limits, Request};
use lake::{AsOf, Data, Database, IngestOptions, Moment, Options, ingest};
use serde_json::{Value as Json, json};

use crate::answers::ask;
use crate::commands::commands;
use crate::ingest::{Place, connections, rows};

/// A lake with ten connections.
async fn filled() -> Place {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..10));
    place.ingest(&[&log]).await;
    place
}

async fn seen(place: &Place, as_of: AsOf) -> lake::Result<Data> {
    Data::open(vec![], vec![], Options { lake: Some(place.lake()), as_of, ..Options::default() }).await
}

async fn refused(database: &Arc<Database>, query: &str) -> Error {
    let engine = Engine::new(Limits::default()).expect("an engine");
    engine.query(&Request::new(query, 0), database.clone()).await.expect_err(query)
}

async fn count(data: Data, table: &str) -> Json {
    ask(&Arc::new(data.database), &format!("{table} | count")).await[0]["Count"].clone()
}

/// The commits of a table, the first first.
fn commits(place: &Place, table: &str) -> Vec<PathBuf> {
    let log = place.path("lake").join(table).join("_delta_log");
    let files = std::fs::read_dir(log).expect("a log").map(|file| file.expect("a file").path());
    let mut commits: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    commits.sort();
    commits
}

/// Changes the actions of one kind in a commit.
fn change(commit: &Path, kind: &str, change: impl Fn(&mut Json)) {
    let text = std::fs::read_to_string(commit).expect("a commit");
    let actions = text.lines().map(|line| {
        let mut action: Json = serde_json::from_str(line).expect("an action");
        if let Some(found) = action.get_mut(kind) {
            change(found);
        }
        action.to_string() + "\n"
    });
    let changed: String = actions.collect();
    assert_ne!(changed, text);
    std::fs::write(commit, changed).expect("written");
}

/// Breaks a table in one way.
type Break = fn(&Place);

/// What a disk, a later version of Delta or another writer may make of a table, and a word of what is said of it. What protocols demand of readers:
/// github.com/delta-io/delta/blob/master/PROTOCOL.md, "Table Features".
const BROKEN: [(&str, Break, &str); 6] = [
    ("a commit that is no JSON", |place| std::fs::write(&commits(place, TABLE)[1], "{\"add\": ").expect("written"), ""),
    (
        "a version of Delta that is not known",
        |place| change(&commits(place, TABLE)[0], "protocol", |protocol| protocol["minReaderVersion"] = json!(99)),
        "99",
    ),
    (
        "a feature that is not known",
        |place| {
            change(&commits(place, TABLE)[0], "protocol", |protocol| {
                *protocol = json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["fromTheFuture"], "writerFeatures": ["fromTheFuture"]});
            });
        },
        "fromTheFuture",
    ),
    (
        "columns that have other names in files",
        |place| {
            change(&commits(place, TABLE)[0], "metaData", |table| {
                table["configuration"]["delta.columnMapping.mode"] = json!("name");
            });
        },
        "",
    ),
    (
        "rows that are deleted and still in their file",
        |place| {
            change(&commits(place, TABLE)[0], "protocol", |protocol| {
                *protocol = json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]});
            });
            change(&commits(place, TABLE)[1], "add", |add| {
                add["deletionVector"] = json!({"storageType": "i", "pathOrInlineDv": "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
                    "sizeInBytes": 40, "cardinality": 6});
            });
        },
        "deletion vectors",
    ),
    (
        "a partition of another kind",
        |place| {
            change(&commits(place, TABLE)[0], "metaData", |table| table["partitionColumns"] = json!(["DeviceName"]))
        },
        "",
    ),
];

const TABLE: &str = "DeviceNetworkEvents";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_cannot_be_read_is_no_reason_not_to_read_the_others() {
    for (what, break_it, said) in BROKEN {
        let place = filled().await;
        break_it(&place);
        let data = seen(&place, AsOf::default()).await.expect(what);
        assert_eq!(data.unreadable.keys().collect::<Vec<_>>(), [TABLE], "{what}");
        assert!(data.unreadable[TABLE].contains(said), "{what}: {:?}", data.unreadable);
        let database = Arc::new(data.database);
        assert_eq!(ask(&database, "ASimNetworkSessionLogs | count").await[0]["Count"], json!(10), "{what}");
        // Wherever a query meets it, an answer without its rows would be wrong.
        for query in [
            "DeviceNetworkEvents | count",
            "DeviceNetworkEvents | where RemotePort == 443",
            "union Device* | count",
            "union isfuzzy=true DeviceNetworkEvents, Nowhere | count",
            "search 'x'",
            "Syslog | where Computer in ((DeviceNetworkEvents | project DeviceName))",
        ] {
            let error = refused(&database, query).await;
            let is_told = matches!(&error, Error::Environment(text) if text.contains("`DeviceNetworkEvents`"));
            assert!(is_told, "{what}, {query}: {error:?}");
        }
        let behind = ".show tables | where TableName in ((DeviceNetworkEvents | project DeviceName))";
        let error = commands(&place, database.clone(), true).run(&Request::new(behind, 0)).await.expect_err(behind);
        assert!(
            matches!(&error, Error::Environment(text) if text.contains("`DeviceNetworkEvents`")),
            "{what}: {error:?}"
        );
        let status = place.lake().status().await.expect(what);
        let told: BTreeMap<&str, (u64, bool)> =
            status.iter().map(|table| (table.name.as_str(), (table.rows, table.unreadable.is_some()))).collect();
        assert_eq!((told[TABLE], told["ASimNetworkSessionLogs"]), ((0, true), (10, false)), "{what}");
    }
}

/// Nobody knows the columns of a table that no schema tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_unknown_columns_is_known_by_its_name() {
    let place = filled().await;
    place.write("lake/Mine_CL/_delta_log/00000000000000000000.json", "not JSON");
    let data = seen(&place, AsOf::default()).await.expect("opened");
    let database = Arc::new(data.database);
    for query in ["Mine_CL", "Mine_CL | where Owner == 'me'", "union M*_CL | count"] {
        let error = refused(&database, query).await;
        assert!(matches!(&error, Error::Environment(text) if text.contains("`Mine_CL`")), "{query}: {error:?}");
    }
    // A query that is wrong in itself, and asks for nothing of the table, is told as that.
    assert!(matches!(refused(&database, "Syslog | where Nonsense").await, Error::Query(_)));
}

/// What cannot be committed is refused before it is decided: a decision that stands in the way of all others would be worse.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_cannot_be_read_takes_no_rows_and_blocks_nobody() {
    let place = filled().await;
    std::fs::write(&commits(&place, TABLE)[1], "{\"add\": ").expect("written");
    let log = place.write("conn.log", &connections(0..20));
    let error = ingest(&place.lake(), vec![log], IngestOptions::default()).await.expect_err("no table").to_string();
    assert!(error.contains("DeviceNetworkEvents"), "{error}");
    assert!(!place.lake().is_interrupted().await.expect("looked"));
    let syslog = place.write("sys.log", "<13>1 2026-03-02T09:00:00Z h a - - - x\n");
    assert_eq!(rows(&place.ingest(&[&syslog]).await, "Syslog"), 1);
}

/// Three versions with rows: 3, then 5, then 9 connections. Version 0 makes the table.
async fn grown() -> Place {
    let place = Place::new();
    for end in [3, 5, 9] {
        let log = place.write("conn.log", &connections(0..end));
        place.ingest(&[&log]).await;
    }
    // The commits are of known times: noon of the first days of May 2024.
    for (day, commit) in commits(&place, TABLE).iter().enumerate() {
        change(commit, "commitInfo", |info| info["timestamp"] = json!(noon(day)));
    }
    place
}

/// Milliseconds: 1714564800 is 2024-05-01T12:00:00Z.
fn noon(day: usize) -> u64 {
    (1_714_564_800 + 86_400 * day as u64) * 1_000
}

fn at(text: &str) -> AsOf {
    AsOf { time: Some(semantics::time::parse_datetime(text).expect("a time")), ..AsOf::default() }
}

fn table_at(table: &str, moment: Moment) -> AsOf {
    AsOf { tables: [(table.to_owned(), moment)].into(), ..AsOf::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_seen_as_it_was() {
    let place = grown().await;
    for (version, connections) in [(0, 0), (1, 3), (2, 5), (3, 9)] {
        let data = seen(&place, table_at(TABLE, Moment::Version(version))).await.expect("a version");
        assert_eq!(count(data, TABLE).await, json!(connections), "{version}");
    }
    for (time, connections) in [
        ("2024-05-01T11:59:59.999Z", 0),
        ("2024-05-02T11:59:59.999Z", 0),
        ("2024-05-02T12:00:00Z", 3),
        ("2024-05-03T12:00:00Z", 5),
        ("2024-05-04T11:00:00Z", 5),
        ("2024-05-04T12:00:00Z", 9),
        ("9999-12-31", 9),
    ] {
        assert_eq!(count(seen(&place, at(time)).await.expect(time), TABLE).await, json!(connections), "{time}");
    }
    // The other tables were made today: on those days there were none.
    let then = seen(&place, at("2024-05-04T12:00:00Z")).await.expect("then");
    assert_eq!(count(then, "ASimNetworkSessionLogs").await, json!(0));
    let both = AsOf { tables: [(TABLE.to_owned(), Moment::Version(1))].into(), ..at("9999-12-31") };
    assert_eq!(count(seen(&place, both.clone()).await.expect("both"), TABLE).await, json!(3));
    assert_eq!(count(seen(&place, both).await.expect("both"), "ASimNetworkSessionLogs").await, json!(9));
    for (asked, said) in [
        (table_at(TABLE, Moment::Version(4)), "the newest is 3"),
        (table_at("Nowhere", Moment::Version(1)), "`Nowhere`"),
    ] {
        let error = seen(&place, asked).await.expect_err("no such").to_string();
        assert!(error.contains(said), "{error}");
    }
}

/// The clock of whoever wrote version 3 was an hour behind; it still came after version 2 and has its rows.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_hides_no_rows() {
    let place = grown().await;
    let before = noon(2) - 3_600_000;
    change(&commits(&place, TABLE)[3], "commitInfo", |info| info["timestamp"] = json!(before));
    let data = seen(&place, at("2024-05-03T11:30:00Z")).await.expect("then");
    assert_eq!(count(data, TABLE).await, json!(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_was_vacuumed_is_refused_by_name() {
    let place = grown().await;
    place.lake().compact(TABLE, &|| {}).await.expect("compacted");
    let told = |versions: &[lake::TableVersion]| -> Vec<(u64, Option<u64>, u64, bool, String)> {
        versions.iter().map(|v| (v.version, v.rows, v.files, v.is_whole, v.operation.clone())).collect()
    };
    let row =
        |version, rows, files, is_whole, operation: &str| (version, Some(rows), files, is_whole, operation.to_owned());
    let history = place.lake().history(TABLE).await.expect("a log").expect("a table");
    assert_eq!(
        told(&history),
        [
            row(4, 9, 1, true, "OPTIMIZE"),
            row(3, 9, 3, true, "WRITE"),
            row(2, 5, 2, true, "WRITE"),
            row(1, 3, 1, true, "WRITE"),
            row(0, 0, 0, true, "CREATE TABLE"),
        ]
    );
    let times: Vec<String> =
        history.iter().skip(1).map(|v| semantics::time::format_datetime(v.time.expect("a time"))).collect();
    assert_eq!(times[0], "2024-05-04T12:00:00.0000000Z");
    assert_eq!(count(seen(&place, table_at(TABLE, Moment::Version(2))).await.expect("whole"), TABLE).await, json!(5));
    assert_eq!(place.lake().vacuum(TABLE, 0, false, &|| {}).await.expect("vacuumed").len(), 3);
    let error = seen(&place, table_at(TABLE, Moment::Version(2))).await.expect_err("vacuumed").to_string();
    assert!(error.contains("version 2") && error.contains("2 of its 2 files") && error.contains("vacuum"), "{error}");
    // At a time, a table that is not whole then is no reason not to read the others.
    let data = seen(&place, at("2024-05-04T12:00:00Z")).await.expect("opened");
    assert!(data.unreadable[TABLE].contains("version 3"), "{:?}", data.unreadable);
    let whole: Vec<bool> =
        place.lake().history(TABLE).await.expect("a log").expect("a table").iter().map(|v| v.is_whole).collect();
    // The vacuum wrote two commits of its own.
    assert_eq!(whole, [true, true, true, false, false, false, true]);
    assert_eq!(place.lake().history("Nowhere").await.expect("looked"), None);
}

/// What is left of files that were being written when their writer was killed.
fn remains(place: &Place) -> Vec<PathBuf> {
    let names = [
        "DeviceNetworkEvents/_terms/.77-1.tmp",
        "DeviceNetworkEvents/_delta_log/.77-2.tmp",
        "DeviceNetworkEvents/_date=2023-11-14/.77-3.tmp",
        ".vedette/journal/.77-4.tmp",
    ];
    let paths = names.map(|name| place.path("lake").join(name));
    for path in &paths {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "half").expect("written");
    }
    paths.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_half_written_goes() {
    let place = filled().await;
    let left = remains(&place);
    place.lake().vacuum(TABLE, 168, true, &|| {}).await.expect("looked");
    assert!(left.iter().all(|path| path.exists()));
    // The journal is no table's: the next writer sees to it.
    place.lake().vacuum(TABLE, 168, false, &|| {}).await.expect("vacuumed");
    assert_eq!(left.iter().map(|path| path.exists()).collect::<Vec<_>>(), [false, false, false, true]);
    let left = remains(&place);
    // A writer that ended well leaves nothing, so that the next one does not look.
    place.ingest(&[&place.path("conn.log")]).await;
    assert!(left.iter().all(|path| path.exists()));
    let lock = place.path("lake/.vedette/writer.lock");
    assert_eq!(std::fs::read(&lock).expect("a lock"), b"");
    std::fs::write(&lock, "held").expect("written");
    place.ingest(&[&place.path("conn.log")]).await;
    assert!(!left.iter().any(|path| path.exists()));
    assert_eq!(place.connections().await, (10, 10));
}

/// Parts that were written and never decided on: their rows are read again from their files, so nobody misses them.
#[tokio::test(flavor = "multi_thread")]
async fn parts_that_no_commit_names_go() {
    let place = filled().await;
    let day = place.path("lake/DeviceNetworkEvents/_date=2023-11-14");
    let part = std::fs::read_dir(&day).expect("a day").next().expect("a part").expect("a part").path();
    let orphan = day.join("part-00000000-0000-4000-8000-000000000000-vedette.zstd.parquet");
    std::fs::copy(&part, &orphan).expect("copied");
    let foreign = day.join("notes.txt");
    std::fs::write(&foreign, "mine").expect("written");
    let gone = place.lake().vacuum(TABLE, 168, false, &|| {}).await.expect("vacuumed");
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert!(!orphan.exists() && part.exists() && foreign.exists());
    assert_eq!(place.connections().await, (10, 10));
}

#[test]
fn a_store_that_is_not_there_is_said() {
    for (name, said) in
        [("memory:///x", "memory://"), ("ftp://host/lake", "ftp://"), ("https://host/bucket/lake", "https://")]
    {
        let error = lake::Lake::open_or_create(name).expect_err("no such store").to_string();
        assert!(error.contains(said) && error.contains("s3://"), "{name}: {error}");
    }
}
