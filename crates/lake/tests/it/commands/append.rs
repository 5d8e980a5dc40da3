//! `.set`, `.append`, `.set-or-append`, `.set-or-replace`, `.ingest inline`.

use serde_json::{Value as Json, json};

use super::{refused, run, tried};
use crate::answers::ask;
use crate::ingest::Place;

async fn rows(place: &Place, query: &str) -> Json {
    let rows = ask(&place.database().await, query).await;
    rows.into_iter().map(|row| Json::Array(row.into_iter().map(|(_, value)| value).collect())).collect()
}

/// The table of learn.microsoft.com/kusto/management/data-ingestion/ingest-from-query: what each does when the table is there, and when not.
#[tokio::test(flavor = "multi_thread")]
async fn each_command_minds_whether_the_table_is_there() {
    let place = Place::new();
    assert_eq!(refused(&place, ".append T <| print a = 1").await, ("BadRequest_EntityNotFound".into(), "T".into()));
    let made = run(&place, ".set T <| range a from 1 to 3 step 1 | extend s = 'é'").await;
    assert_eq!(made.columns, ["ExtentId", "OriginalSize", "ExtentSize", "CompressedSize", "IndexSize", "RowCount"]);
    assert_eq!((made.rows.len(), made.column("RowCount")), (1, vec![&json!(3)]));
    assert_eq!(
        refused(&place, ".set T <| print a = 1, s = ''").await,
        ("BadRequest_EntityAlreadyExists".into(), "T".into())
    );
    run(&place, ".append T <| print 4, 'x'").await;
    run(&place, ".set-or-append T <| T | where a > 2").await;
    assert_eq!(rows(&place, "T | summarize count(), sum(a), countif(s == 'é')").await, json!([[6, 17, 4]]));
    run(&place, ".set-or-replace T <| T | where a == 4 | take 1").await;
    assert_eq!(rows(&place, "T").await, json!([[4, "x"]]));
    run(&place, ".set-or-replace T <| T | where a == 0").await;
    assert_eq!(rows(&place, "T | count").await, json!([[0]]));
    for (text, table) in
        [(".set-or-append N <| print x = 1d", "N"), (".set-or-replace M <| print x = decimal(1.5)", "M")]
    {
        run(&place, text).await;
        assert_eq!(rows(&place, &format!("{table} | count")).await, json!([[1]]));
    }
}

/// The same page: columns are matched by type and order, not by name; `extend_schema` adds those behind.
#[tokio::test(flavor = "multi_thread")]
async fn columns_are_taken_in_their_order() {
    let place = Place::new();
    run(&place, ".create table T (a: long, b: string)").await;
    run(&place, ".append T <| print x = 1, y = 'one'").await;
    assert_eq!(refused(&place, ".append T <| print y = 'one', x = 1").await.0, "General_BadRequest");
    assert_eq!(refused(&place, ".append T <| print 1").await.0, "General_BadRequest");
    assert_eq!(refused(&place, ".append T <| print 2, 'two', 2.5").await.0, "General_BadRequest");
    run(&place, ".append T with (extend_schema = true) <| print 2, 'two', c = 2.5").await;
    assert_eq!(rows(&place, "T | sort by a asc").await, json!([[1, "one", null], [2, "two", 2.5]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_query_is_told_where_it_stands() {
    let place = Place::new();
    assert_eq!(refused(&place, ".set T\n<| print a = 1\n| where b > 1").await, ("KS142".into(), "b".into()));
    assert!(ask(&place.database().await, "union isfuzzy=true T, (print 1 | where false)").await.is_empty());
}

/// Rows of a table that vedette brings: its columns, its time under both names.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_table_takes_rows_of_its_own_columns() {
    let place = Place::new();
    let log = json!({"_path": "conn", "ts": 1_700_000_000, "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": 1, "id.resp_h": "192.0.2.9",
        "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"});
    let file = place.write("conn.log", &log.to_string());
    lake::ingest(&place.lake(), vec![file], lake::IngestOptions::default()).await.expect("ingested");
    run(&place, ".set-or-append DeviceNetworkEvents <| DeviceNetworkEvents").await;
    let query = "DeviceNetworkEvents | summarize count() by Timestamp, TimeGenerated, Type, RemoteIP";
    let time = "2023-11-14T22:13:20.0000000Z";
    assert_eq!(rows(&place, query).await, json!([[time, time, "DeviceNetworkEvents", "192.0.2.9", 2]]));
}

/// The example of learn.microsoft.com/kusto/management/data-ingestion/ingest-inline.
#[tokio::test(flavor = "multi_thread")]
async fn data_in_a_command_are_csv() {
    let place = Place::new();
    run(&place, ".create table Purchases (SKU: string, Quantity: long)").await;
    let text = ".ingest inline into table Purchases <|\nShoes,1000\nWide Shoes,50\n\"Coats black\",20\n\"Coats with \"\"quotes\"\"\",5\n";
    let given = run(&place, text).await;
    assert_eq!((given.columns.join(" "), given.rows.len()), ("ExtentId".to_owned(), 1));
    let expected = json!([["Coats with \"quotes\"", 5], ["Coats black", 20], ["Wide Shoes", 50], ["Shoes", 1000]]);
    assert_eq!(rows(&place, "Purchases | sort by Quantity asc").await, expected);
    // What does not fit is null; fewer fields than columns are, too; more are refused, and nothing is stored.
    run(&place, ".ingest inline into table Purchases <| Hats,many").await;
    run(&place, ".ingest inline into table Purchases with (format = 'csv', ignoreFirstRecord = true) <|\nname\nSocks")
        .await;
    assert_eq!(
        rows(&place, "Purchases | where isnull(Quantity) | sort by SKU asc").await,
        json!([["Hats", null], ["Socks", null]])
    );
    for (data, code) in [
        ("a,1\nb,2,3", "Stream_WrongNumberOfFields"),
        ("a,1\nb", "Stream_WrongNumberOfFields"),
        ("", "Stream_NoDataToIngest"),
    ] {
        let text = format!(".ingest inline into table Purchases <|\n{data}");
        assert_eq!(refused(&place, &text).await.0, code, "{data}");
    }
    assert_eq!(rows(&place, "Purchases | count").await, json!([[6]]));
    assert_eq!(
        refused(&place, ".ingest inline into table Nowhere <| 1").await,
        ("BadRequest_EntityNotFound".into(), "Nowhere".into())
    );
    assert!(
        tried(&place, ".ingest inline into table Purchases with (format = 'avro') <| x")
            .await
            .is_err_and(|error| error.is_unsupported())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_in_a_command_goes_by_names() {
    let place = Place::new();
    run(&place, ".create table Logs (Date: datetime, Details: dynamic)").await;
    let text = ".ingest inline into table Logs with (format = \"multijson\") <|\n{\"Details\": {\"k\": [1]}, \"Date\": \"2015-01-01\", \"other\": 1}\n{\"Details\": 7}";
    run(&place, text).await;
    let expected = json!([["2015-01-01T00:00:00.0000000Z", {"k": [1]}], [null, 7]]);
    assert_eq!(rows(&place, "Logs | sort by Date desc").await, expected);
    assert_eq!(
        refused(&place, ".ingest inline into table Logs with (format = json) <| {\"Details\":").await.0,
        "General_BadRequest"
    );
    assert_eq!(rows(&place, "Logs | count").await, json!([[2]]));
}
