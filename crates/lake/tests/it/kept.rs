//! What other rooms keep in a lake, and the window through which a run sees it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Schema;
use engine::types::arrow_fields;
use engine::{Engine, Executor, Limits, Request, Rows};
use lake::{Content, Kept, Outcome, Window, Windowed};
use semantics::{Column, Type, time};

use crate::answers::ask;
use crate::ingest::{Place, connections};

fn marks(values: &[i64]) -> Rows {
    let columns = vec![Column::new("n", Type::Long)];
    let array: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&columns))), vec![array]).expect("a batch");
    Rows { columns, batches: vec![batch] }
}

fn alerts(title: &str) -> Rows {
    let columns = vec![Column::new("TimeGenerated", Type::DateTime), Column::new("AlertName", Type::String)];
    let time: ArrayRef = Arc::new(Int64Array::from(vec![time::parse_datetime("2024-05-01").expect("a day")]));
    let name: ArrayRef = Arc::new(StringViewArray::from(vec![title]));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&columns))), vec![time, name]).expect("a batch");
    Rows { columns, batches: vec![batch] }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_kept_unless_somebody_was_faster() {
    let place = Place::new();
    let (lake, content) = (place.lake(), Content::embedded());
    let keep = async |seen: &[(String, Option<u64>)], value: i64| {
        let rows = vec![("_Runs".to_owned(), marks(&[value])), ("SecurityAlert".to_owned(), alerts("é"))];
        lake.keep(Kept { rows, seen: seen.to_vec(), note: "a run".to_owned() }, &content, &|| {}).await.expect("kept")
    };
    let before = lake.versions(&["_Runs", "SecurityIncident"]).await.expect("known");
    assert_eq!(before, [("_Runs".to_owned(), None), ("SecurityIncident".to_owned(), None)]);
    let Outcome::Stored(seen) = keep(&before, 1).await else { unreachable!("nobody else writes") };
    // Whoever saw the state before that has nothing to say any more.
    assert_eq!(keep(&before, 2).await, Outcome::Overtaken);
    assert_eq!(seen, lake.versions(&["_Runs", "SecurityIncident"]).await.expect("known"));
    assert!(matches!(keep(&seen, 3).await, Outcome::Stored(_)));
    let database = place.database().await;
    // A set has no order, so it is given one.
    let runs = ask(&database, "_Runs | summarize ns = array_sort_asc(make_set(n))").await;
    assert_eq!(runs[0]["ns"].to_string(), "[1,3]");
    let rows = ask(&database, "SecurityAlert | project AlertName, AlertSeverity, Type").await;
    assert_eq!(
        (rows.len(), rows[0]["AlertName"].as_str(), rows[0]["Type"].as_str()),
        (2, Some("é"), Some("SecurityAlert"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_a_table_lacks_is_refused() {
    let place = Place::new();
    let kept = Kept { rows: vec![("SecurityAlert".to_owned(), marks(&[1]))], ..Kept::default() };
    assert!(place.lake().keep(kept, &Content::embedded(), &|| {}).await.is_err());
}

/// Connections are a second apart from 22:13:20 on; what came second came later.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_sees_its_window() {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..10));
    place.ingest(&[&log]).await;
    let first = place.lake().newest_ingestion().await.expect("known");
    place.write("conn.log", &connections(0..30));
    place.ingest(&[&log]).await;
    let second = place.lake().newest_ingestion().await.expect("known");
    assert!(second > first);
    let database = place.database().await;
    let engine = Engine::new(Limits::default()).expect("an engine");
    let count = async |window: Window, query: &str| {
        let windowed = Windowed::new(database.clone(), window);
        let answer = engine.query(&Request::new(query, second), Arc::new(windowed)).await.expect("an answer");
        answer.results[0].iter().next().map(|row| format!("{row:?}"))
    };
    let at = |second: i64| time::parse_datetime("2023-11-14T22:13:20Z").expect("a time") + second * 10_000_000;
    let count_all = "DeviceNetworkEvents | count";
    let long = |count: i64| Some(format!("[Long({count})]"));
    let time = Some((at(5), at(25)));
    assert_eq!(count(Window::default(), count_all).await, long(30));
    assert_eq!(count(Window { time, ..Window::default() }, count_all).await, long(20));
    let narrow = "DeviceNetworkEvents | where TimeGenerated < datetime(2023-11-14T22:13:27Z) | count";
    assert_eq!(count(Window { time, ..Window::default() }, narrow).await, long(2));
    // The other names of the events, too, and all tables of a union.
    let union = "union DeviceNetworkEvents, ASimNetworkSessionLogs | count";
    assert_eq!(count(Window { time, ..Window::default() }, union).await, long(40));
    assert_eq!(count(Window { ingested_until: Some(first), ..Window::default() }, count_all).await, long(10));
    assert_eq!(count(Window { ingested_after: Some(first), ..Window::default() }, count_all).await, long(20));
    let none = Window { ingested_after: Some(second), ..Window::default() };
    assert_eq!(count(none, count_all).await, long(0));
    let ingested = "DeviceNetworkEvents | where ingestion_time() > ago(1000d) | count";
    assert_eq!(count(Window { ingested_after: Some(first), ..Window::default() }, ingested).await, long(20));
    assert_eq!(count(Window { time, ..Window::default() }, "Syslog | count").await, long(0));
}
