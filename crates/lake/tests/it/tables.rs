//! Tables from files, in place and by name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use engine::Database as _;
use lake::{NamedTable, Options};
use parquet::arrow::ArrowWriter;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::answers::{ask, open};

/// 2026-03-02T09:00:00Z, in microseconds since 1970.
const NINE: i64 = 1_772_442_000_000_000;
const MINUTE: i64 = 60_000_000;

fn write(folder: &TempDir, name: &str, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let path = folder.path().join(name);
    let mut writer =
        ArrowWriter::try_new(File::create(&path).expect("a file"), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("an end");
    path
}

fn times(minutes: &[i64]) -> ArrayRef {
    Arc::new(
        TimestampMicrosecondArray::from_iter_values(minutes.iter().map(|minute| NINE + minute * MINUTE))
            .with_timezone("UTC"),
    )
}

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn network(folder: &TempDir) -> Vec<PathBuf> {
    let first = write(
        folder,
        "one.parquet",
        vec![
            ("Timestamp", times(&[0, 1])),
            ("DeviceName", texts(&["a", "b"])),
            ("ActionType", texts(&["ConnectionSuccess", "ConnectionFailed"])),
            ("RemoteIP", texts(&["192.0.2.1", "192.0.2.2"])),
            ("RemotePort", Arc::new(Int32Array::from(vec![443, 25]))),
        ],
    );
    // An unusual name, a column fewer, another width.
    let second = write(
        folder,
        "two [copy]*.parquet",
        vec![
            ("Timestamp", times(&[5])),
            ("DeviceName", texts(&["c"])),
            ("RemoteIP", texts(&["192.0.2.3"])),
            ("RemotePort", Arc::new(Int64Array::from(vec![8080]))),
            ("LocalIP", texts(&["10.0.0.1"])),
        ],
    );
    vec![first, second]
}

/// The columns of a Device table are those of Microsoft's page; what no file has is empty, and text is never null.
#[tokio::test]
async fn parquet_files_with_different_columns_are_one_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(network(&folder), vec![], Options::default()).await;
    let rows = ask(&database, "DeviceNetworkEvents | order by Timestamp asc
        | project Timestamp, TimeGenerated, Type, DeviceName, ActionType, RemotePort, LocalIP, InitiatingProcessId, RemoteUrl").await;
    assert_eq!(
        rows,
        [
            object(
                json!({"Timestamp": "2026-03-02T09:00:00.0000000Z", "TimeGenerated": "2026-03-02T09:00:00.0000000Z", "Type": "DeviceNetworkEvents",
            "DeviceName": "a", "ActionType": "ConnectionSuccess", "RemotePort": 443, "LocalIP": "", "InitiatingProcessId": null, "RemoteUrl": ""})
            ),
            object(
                json!({"Timestamp": "2026-03-02T09:01:00.0000000Z", "TimeGenerated": "2026-03-02T09:01:00.0000000Z", "Type": "DeviceNetworkEvents",
            "DeviceName": "b", "ActionType": "ConnectionFailed", "RemotePort": 25, "LocalIP": "", "InitiatingProcessId": null, "RemoteUrl": ""})
            ),
            object(
                json!({"Timestamp": "2026-03-02T09:05:00.0000000Z", "TimeGenerated": "2026-03-02T09:05:00.0000000Z", "Type": "DeviceNetworkEvents",
            "DeviceName": "c", "ActionType": "", "RemotePort": 8080, "LocalIP": "10.0.0.1", "InitiatingProcessId": null, "RemoteUrl": ""})
            ),
        ]
    );
    let late =
        ask(&database, "DeviceNetworkEvents | where TimeGenerated > datetime(2026-03-02T09:00:30Z) | count").await;
    assert_eq!(late, [object(json!({"Count": 2}))]);
}

/// The newest event is the last of the Parquet rows, five minutes after nine; ticks count from year 1.
#[tokio::test]
async fn the_newest_event_of_all_tables_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(network(&folder), vec![], Options::default()).await;
    assert_eq!(database.newest_event_time(), Some(621_355_968_000_000_000 + (NINE + 5 * MINUTE) * 10));
    assert_eq!(database.row_counts().into_iter().collect::<Vec<_>>(), [("DeviceNetworkEvents", 3)]);
    let empty = open(vec![], vec![], Options::default()).await;
    assert_eq!(empty.newest_event_time(), None);
}

/// Rows that were read and rows in place make one table.
#[tokio::test]
async fn rows_in_memory_and_in_parquet_stand_in_one_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = network(&folder);
    let lines = folder.path().join("more.csv");
    fs::write(&lines, "Timestamp,DeviceName,ActionType,RemoteIP,RemotePort\n2026-03-02T10:00:00.1234567Z,d,ConnectionSuccess,192.0.2.4,53\n")
        .expect("a file");
    paths.push(lines);
    let database = open(paths, vec![], Options::default()).await;
    let rows = ask(
        &database,
        "DeviceNetworkEvents | order by Timestamp asc | project Timestamp, DeviceName, RemotePort, Type",
    )
    .await;
    assert_eq!(rows.len(), 4);
    assert_eq!(
        rows.last(),
        Some(&object(
            json!({"Timestamp": "2026-03-02T10:00:00.1234567Z", "DeviceName": "d", "RemotePort": 53, "Type": "DeviceNetworkEvents"})
        ))
    );
}

#[tokio::test]
async fn a_table_without_data_is_empty_and_has_its_columns() {
    let database = open(vec![], vec![], Options::default()).await;
    assert_eq!(ask(&database, "SigninLogs | where UserPrincipalName == 'x'").await, []);
    assert!(database.table_names().len() >= 944);
}

/// `--table NAME=FILE`: columns as they are, in whatever format.
#[tokio::test]
async fn a_file_becomes_a_table_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("hosts.csv");
    fs::write(&csv, "Host,Owner,Floor\na,mara,3\nb,ina,4\n").expect("a file");
    let named = |name: &str, path: &Path| NamedTable { name: name.to_owned(), path: path.to_owned() };
    let numbers = write(&folder, "numbers.parquet", vec![("N", Arc::new(Int64Array::from(vec![1, 2, 3])))]);
    let tables = vec![named("Hosts", &csv), named("Numbers", &numbers)];
    let database = open(vec![], tables, Options::default()).await;
    assert_eq!(
        ask(&database, "Hosts | where Floor > 3").await,
        [object(json!({"Host": "b", "Owner": "ina", "Floor": 4}))]
    );
    assert_eq!(ask(&database, "Numbers | count").await, [object(json!({"Count": 3}))]);
}

/// Decimals of a file are numbers whatever its precision and scale: 1234 with two digits behind the point is 12.34.
#[tokio::test]
async fn decimals_in_parquet_are_decimals() {
    let folder = tempfile::tempdir().expect("a folder");
    let decimals = |values: Vec<Option<i128>>, precision, scale| -> ArrayRef {
        Arc::new(Decimal128Array::from(values).with_precision_and_scale(precision, scale).expect("a type"))
    };
    let file = write(
        &folder,
        "prices.parquet",
        vec![
            ("Price", decimals(vec![Some(1234), None, Some(-5)], 10, 2)),
            ("Whole", decimals(vec![Some(7), Some(10_i128.pow(37)), None], 38, 0)),
        ],
    );
    let tables = vec![NamedTable { name: "Prices".to_owned(), path: file }];
    let database = open(vec![], tables, Options::default()).await;
    assert_eq!(
        ask(&database, "Prices | summarize sum(Price), max(Whole), min(Price) | extend type = gettype(sum_Price)")
            .await,
        [object(
            json!({"sum_Price": "12.29", "max_Whole": "10000000000000000000000000000000000000", "min_Price": "-0.05", "type": "decimal"})
        )]
    );
}

fn sample(source: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources").join(source).join("sample.xml")
}

/// `SecurityEvent` is made when it is asked for; columns that are made later belong to the same rows. The records are those of the sample.
#[tokio::test]
async fn columns_that_are_made_one_after_another_belong_together() {
    let database = open(vec![sample("windows-security")], vec![], Options::default()).await;
    let logons = "SecurityEvent | where EventID in (4624, 4625) | project";
    assert_eq!(ask(&database, &format!("{logons} EventID")).await.len(), 2);
    let rows = ask(&database, &format!("{logons} EventID, Account, Type")).await;
    assert_eq!(
        rows,
        [
            object(json!({"EventID": 4624, "Account": "CORP\\Admin.Two", "Type": "SecurityEvent"})),
            object(json!({"EventID": 4625, "Account": "WS07\\guest", "Type": "SecurityEvent"})),
        ]
    );
    assert_eq!(
        ask(&database, "SecurityEvent | count").await,
        [object(json!({"Count": database.row_counts()["SecurityEvent"]}))]
    );
}

/// The sample has two records; a third row comes from an export of the table itself.
#[tokio::test]
async fn an_export_of_a_table_joins_the_rows_that_are_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export.json");
    let row = json!({"TimeGenerated": "2026-03-02T11:00:00Z", "Type": "WindowsEvent", "Provider": "Exported", "Channel": "Application",
        "Computer": "WS08", "EventID": 1, "EventData": {"A": "b"}});
    fs::write(&export, row.to_string()).expect("a file");
    let database = open(vec![sample("windows-events"), export], vec![], Options::default()).await;
    let rows =
        ask(&database, "WindowsEvent | order by TimeGenerated asc | project Provider, A = tostring(EventData.A), Type")
            .await;
    let row = |provider: &str, a: &str| object(json!({"Provider": provider, "A": a, "Type": "WindowsEvent"}));
    assert_eq!(rows, [row("Exported", "b"), row("Example Service", ""), row("Service Control Manager", "")]);
}
