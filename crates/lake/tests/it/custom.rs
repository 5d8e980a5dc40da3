//! Tables of one's own: records that fit no known table, stored under columns that follow from them.
//!
//! The rules are told in `docs/tables.md`; they follow Log Analytics, where learn.microsoft.com/azure/azure-monitor/logs/data-collector-api tells them.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow::datatypes::Int64Type;
use lake::{IngestOptions, Ingested, ingest};
use parquet::arrow::ArrowWriter;
use serde_json::{Value as Json, json};

use crate::answers::ask;
use crate::ingest::Place;

async fn take(place: &Place, path: &Path, options: IngestOptions) -> Ingested {
    ingest(&place.lake(), vec![path.to_path_buf()], options).await.expect("ingested")
}

fn into(table: &str) -> IngestOptions {
    IngestOptions { table: Some(table.to_owned()), ..IngestOptions::default() }
}

fn by_time(table: &str, column: &str) -> IngestOptions {
    IngestOptions { time_column: Some(column.to_owned()), ..into(table) }
}

/// Rows of the answer as lists of values, in the order of the columns.
async fn rows(place: &Place, query: &str) -> Vec<Json> {
    let rows = ask(&place.database().await, query).await;
    rows.into_iter().map(|row| Json::Array(row.into_iter().map(|(_, value)| value).collect())).collect()
}

/// `name:type` of each column.
async fn columns(place: &Place, table: &str) -> String {
    let query = format!("{table} | getschema | project c = strcat(ColumnName, ':', ColumnType)");
    let found = ask(&place.database().await, &query).await;
    found.iter().filter_map(|row| row["c"].as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn json_records_make_a_table() {
    let place = Place::new();
    let text = "{\"TimeGenerated\": \"2024-05-01T10:00:00Z\", \"user.name\": \"zoë\", \"count\": 3, \"share\": 0.5, \"ok\": true, \"tags\": [\"a\", 1], \"at\": \"2024-05-01\"}\n\
        {\"TimeGenerated\": \"2024-05-01T11:00:00Z\", \"user.name\": \"bob\", \"count\": null, \"share\": 2, \"nested\": {\"k\": {\"l\": 1}}}\n";
    let file = place.write("app.jsonl", text);
    let ingested = take(&place, &file, into("App_CL")).await;
    assert_eq!((ingested.summary.bad_count(), ingested.rows.get("App_CL")), (0, Some(&2)));
    assert_eq!(
        columns(&place, "App_CL").await,
        "TimeGenerated:datetime user_name:string count:long share:real ok:bool tags:dynamic at:datetime nested:dynamic"
    );
    let found = rows(
        &place,
        "App_CL | sort by TimeGenerated asc | project user_name, ['count'], share, ok, tags[1], at, nested.k.l",
    )
    .await;
    assert_eq!(found[0], json!(["zoë", 3, 0.5, true, 1, "2024-05-01T00:00:00.0000000Z", null]));
    assert_eq!(found[1], json!(["bob", null, 2.0, null, null, null, 1]));
    // The same records as an array are the same rows; the file is another.
    let array = place.write("app.json", &format!("[{}]", text.trim_end().replace("}\n", "},\n")));
    take(&place, &array, into("App_CL")).await;
    assert_eq!(
        rows(&place, "App_CL | summarize count() by TimeGenerated | summarize count(), max(count_)").await,
        [json!([2, 2])]
    );
}

/// All cells of a column decide its type; a header without values is a column of text.
#[tokio::test(flavor = "multi_thread")]
async fn csv_is_typed_by_the_whole_file() {
    let place = Place::new();
    let many: String = (0..20_000).map(|number| format!("{number},1,07,2024-05-01 10:00:00,,\"a,b\"\n")).collect();
    let file =
        place.write("hosts.csv", &format!("n,mixed,code,at,nothing,text\n{many}-1,x,08,2024-05-01T10:00:00Z,,\n"));
    let ingested = take(&place, &file, by_time("Hosts", "at")).await;
    assert_eq!((ingested.summary.bad_count(), ingested.rows.get("Hosts")), (0, Some(&20_001)));
    assert_eq!(
        columns(&place, "Hosts").await,
        "TimeGenerated:datetime n:long mixed:string code:string at:datetime nothing:string text:string"
    );
    let query = "Hosts | summarize count(), sum(n), countif(mixed == '1'), countif(text == 'a,b'), max(TimeGenerated)";
    // 0 + … + 19,999 = 199,990,000.
    assert_eq!(
        rows(&place, query).await,
        [json!([20_001, 199_989_999, 20_000, 20_000, "2024-05-01T10:00:00.0000000Z"])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_keeps_what_it_declares() {
    let place = Place::new();
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), Some(2)]), None]);
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int32Array::from(vec![7, 8])) as ArrayRef),
        ("big", Arc::new(Int64Array::from(vec![Some(1 << 40), None])) as ArrayRef),
        ("who", Arc::new(StringArray::from(vec![Some("zoë"), None])) as ArrayRef),
        ("list", Arc::new(list) as ArrayRef),
        (
            "event time",
            Arc::new(TimestampMillisecondArray::from(vec![1_714_557_600_000, 1_714_557_601_000])) as ArrayRef,
        ),
    ])
    .expect("a batch");
    let path = place.path("t.parquet");
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let ingested = take(&place, &path, by_time("P_CL", "event time")).await;
    assert_eq!((ingested.summary.bad_count(), ingested.rows.get("P_CL")), (0, Some(&2)));
    assert_eq!(
        columns(&place, "P_CL").await,
        "TimeGenerated:datetime id:int big:long who:string list:dynamic event_time:datetime"
    );
    let found = rows(&place, "P_CL | sort by id asc | project TimeGenerated, id, big, who, list").await;
    assert_eq!(found[0], json!(["2024-05-01T10:00:00.0000000Z", 7, 1_u64 << 40, "zoë", [1, 2]]));
    assert_eq!(found[1], json!(["2024-05-01T10:00:01.0000000Z", 8, null, "", null]));
    assert_eq!(take(&place, &path, into("P_CL")).await.known, 1);
}

/// Log Analytics' example: what can be read as the type is taken, a number is neither bool nor string and goes beside.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_goes_beside() {
    let place = Place::new();
    let first = json!({"n": 42, "b": true, "s": "x", "t": "2024-05-01T00:00:00Z"});
    take(&place, &place.write("1.json", &first.to_string()), into("App_CL")).await;
    let fitting = json!({"n": "43", "b": "false", "s": "y", "t": "2024-05-02 10:00"});
    take(&place, &place.write("2.json", &fitting.to_string()), into("App_CL")).await;
    assert_eq!(columns(&place, "App_CL").await, "TimeGenerated:datetime n:long b:bool s:string t:datetime");
    let other = json!({"n": 1.5, "b": 1, "s": 321, "t": "soon", "new": {"k": []}});
    take(&place, &place.write("3.json", &other.to_string()), into("App_CL")).await;
    let expected =
        "TimeGenerated:datetime n:long b:bool s:string t:datetime n_d:real b_d:real s_d:real t_s:string new:dynamic";
    assert_eq!(columns(&place, "App_CL").await, expected);
    let found = rows(&place, "App_CL | where isnotnull(n_d) | project n, n_d, b, b_d, s, s_d, t, t_s, new").await;
    assert_eq!(found, [json!([null, 1.5, null, 1.0, "", 321.0, null, "soon", {"k": []}])]);
    assert_eq!(rows(&place, "App_CL | summarize sum(n), countif(b), countif(s == '')").await, [json!([85, 1, 1])]);
}

/// A table of the user's own has columns that mean something else in Microsoft's.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_microsofts_columns_are_names_like_others() {
    let place = Place::new();
    let record = json!({"TimeGenerated": "2024-05-01T10:00:00Z", "Timestamp": "yesterday", "Type": "login", "_date": 1, "_ingest": "x", "id": 1, "Id": 2});
    let ingested = take(&place, &place.write("1.json", &record.to_string()), into("App_CL")).await;
    assert_eq!(ingested.summary.bad_count(), 0, "{ingested:?}");
    let other = json!({"Timestamp": "today", "id": 2});
    take(&place, &place.write("2.json", &other.to_string()), by_time("App_CL", "when")).await;
    let query = "App_CL | where Timestamp == 'yesterday' | project TimeGenerated, Type, date_, ingest_, id, Id_2";
    assert_eq!(rows(&place, query).await, [json!(["2024-05-01T10:00:00.0000000Z", "login", 1, "x", 1, 2])]);
    // Without a time of its own, a record has that of its ingestion.
    let query =
        "App_CL | where Timestamp == 'today' | project isnull(date_), TimeGenerated > datetime(2024-06-01), Type == ''";
    assert_eq!(rows(&place, query).await, [json!([true, true, true])]);
    let status = place.lake().status().await.expect("known");
    assert!(status.iter().any(|table| table.name == "App_CL" && table.rows == 2 && table.files == 2), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_table_such_records_are_bad_and_taken_when_there_is_one() {
    let place = Place::new();
    let connection = json!({"_path": "conn", "ts": 1_700_000_000, "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": 1, "id.resp_h": "192.0.2.9",
        "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"});
    let text = format!("{connection}\n{}\n{{broken\n{}\n", json!({"app": "a", "n": 1}), json!({"app": "b", "n": 2}));
    let file = place.write("mixed.jsonl", &text);
    let first = take(&place, &file, IngestOptions::default()).await;
    assert_eq!((first.summary.bad_count(), first.rows.get("DeviceNetworkEvents")), (3, Some(&1)));
    let reasons = rows(&place, "_BadRecords | where Reason has '--table' and Reason has 'app' | count").await;
    assert_eq!(reasons, [json!([2])]);
    let second = take(&place, &file, into("App_CL")).await;
    assert_eq!(
        (second.summary.bad_count(), second.rows.get("App_CL"), second.rows.get("DeviceNetworkEvents")),
        (1, Some(&2), None)
    );
    assert_eq!(take(&place, &file, into("App_CL")).await.known, 1);
    assert_eq!(take(&place, &file, IngestOptions::default()).await.known, 1);
    assert_eq!(
        rows(&place, "union withsource = t App_CL, DeviceNetworkEvents | summarize count() by t | sort by t asc").await,
        [json!(["App_CL", 2]), json!(["DeviceNetworkEvents", 1])]
    );
    assert_eq!(rows(&place, "_BadRecords | count").await, [json!([3])]);
    // So is CSV; text that only has commas is not read.
    let csv = place.write("own.csv", "app,n,host\na,1,h\nb,2,h\n");
    let unread = take(&place, &csv, IngestOptions::default()).await;
    assert!(
        unread.summary.bad_count() == 2
            && unread.summary.files[0].first_bad.as_ref().is_some_and(|bad| bad.reason.contains("`--table`"))
    );
    assert_eq!(take(&place, &csv, into("Csv_CL")).await.rows.get("Csv_CL"), Some(&2));
}

/// A file that grows goes on, and one that was ingested into one table is not in another.
#[tokio::test(flavor = "multi_thread")]
async fn each_record_is_stored_once() {
    let place = Place::new();
    let line = |number: u32| format!("{}\n", json!({"n": number}));
    let file = place.write("app.jsonl", &(0..10).map(line).collect::<String>());
    take(&place, &file, into("App_CL")).await;
    let file = place.write("app.jsonl", &((0..12).map(line).collect::<String>() + "{\"n\": \"x\", \"more\": true}\n"));
    assert_eq!(take(&place, &file, into("App_CL")).await.rows.get("App_CL"), Some(&3));
    assert_eq!(take(&place, &file, into("App_CL")).await.known, 1);
    assert_eq!(
        rows(&place, "App_CL | summarize count(), sum(n), countif(more), countif(n_s == 'x')").await,
        [json!([13, 66, 1, 1])]
    );
    assert_eq!(take(&place, &file, into("Other_CL")).await.rows.get("Other_CL"), Some(&13));
    assert_eq!(rows(&place, "App_CL | count").await, [json!([13])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_data_are_no_columns() {
    let place = Place::new();
    let wide: serde_json::Map<String, Json> = (0..10_000).map(|number| (format!("host{number}"), json!(1))).collect();
    let text = format!("{}\n{}\n{}\n", json!({"a": 1}), Json::Object(wide), json!({"a": 2, "b": "x"}));
    let ingested = take(&place, &place.write("app.jsonl", &text), into("App_CL")).await;
    assert_eq!((ingested.summary.bad_count(), ingested.rows.get("App_CL")), (1, Some(&2)));
    assert_eq!(columns(&place, "App_CL").await, "TimeGenerated:datetime a:long b:string");
    let found = rows(&place, "_BadRecords | project Offset, Reason").await;
    assert_eq!(found, [json!([8, "needs 10000 more columns in App_CL, which may have 4096"])]);
    // A header that is too wide: its rows are bad.
    let header: Vec<String> = (0..5_000).map(|number| format!("c{number}")).collect();
    let csv = format!("{}\n{}\n", header.join(","), vec!["1"; 5_000].join(","));
    let ingested = take(&place, &place.write("wide.csv", &csv), into("App_CL")).await;
    assert_eq!((ingested.summary.bad_count(), ingested.rows.get("App_CL")), (1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_microsofts_is_none_of_ones_own() {
    let place = Place::new();
    let file = place.write("app.json", "{\"a\": 1}");
    for name in ["Syslog", "_Files", "a/b"] {
        let refused = ingest(&place.lake(), vec![file.clone()], into(name)).await;
        assert!(refused.is_err_and(|error| error.to_string().contains(name)), "{name}");
    }
}
