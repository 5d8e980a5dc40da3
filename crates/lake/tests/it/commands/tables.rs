//! `.create table`, `.create-merge table`, `.alter-merge table`, `.drop table`.

use lake::{IngestOptions, ingest};
use serde_json::json;

use super::{refused, run};
use crate::answers::ask;
use crate::ingest::Place;

/// learn.microsoft.com/kusto/management/create-table-command: a table that is there stays as it is, and the command succeeds.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_made_once() {
    let place = Place::new();
    let made = run(&place, ".create table T (a: long, b: string, c: decimal, d: timespan, e: guid, f: dynamic, g: datetime, h: bool, i: int, j: real)").await;
    assert_eq!(made.columns, ["TableName", "Schema", "DatabaseName", "Folder", "DocString"]);
    let schema = "a:long, b:string, c:decimal, d:timespan, e:guid, f:dynamic, g:datetime, h:bool, i:int, j:real";
    assert_eq!(run(&place, ".show table T cslschema").await.rows[0][1], schema);
    assert_eq!(run(&place, ".create table T (z: long)").await.rows, made.rows);
    let found =
        ask(&place.database().await, "T | summarize count() | extend n = toscalar(T | getschema | count)").await;
    assert_eq!((&found[0]["count_"], &found[0]["n"]), (&json!(0), &json!(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_added_behind_those_that_are_there() {
    let place = Place::new();
    assert_eq!(refused(&place, ".alter-merge table T (a: long)").await.0, "BadRequest_EntityNotFound");
    run(&place, ".create-merge table T (a: long)").await;
    run(&place, ".append T <| print a = 1").await;
    run(&place, ".create-merge table T (b: string, a: long)").await;
    run(&place, ".alter-merge table T (c: dynamic)").await;
    assert_eq!(run(&place, ".show table T cslschema").await.rows[0][1], "a:long, b:string, c:dynamic");
    run(&place, ".append T <| print 2, 'x', dynamic({'k': 1})").await;
    let found = ask(&place.database().await, "T | sort by a asc | project a, b, c.k").await;
    assert_eq!(json!(found), json!([{"a": 1, "b": "", "c_k": null}, {"a": 2, "b": "x", "c_k": 1}]));
    assert_eq!(refused(&place, ".create-merge table T (a: string)").await, ("General_BadRequest".into(), "a".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_goes_with_its_rows() {
    let place = Place::new();
    run(&place, ".set T <| print a = 1").await;
    run(&place, ".create table U (a: long)").await;
    let left = run(&place, ".drop table T").await;
    assert_eq!(
        (left.columns.join(" "), left.column("TableName")),
        ("TableName DatabaseName".to_owned(), vec![&json!("U"), &json!("_Files")])
    );
    assert!(!place.path("lake/T").exists());
    assert_eq!(refused(&place, ".drop table T").await, ("BadRequest_EntityNotFound".into(), "T".into()));
    run(&place, ".drop table T ifexists").await;
    // It can be made again, of other columns.
    run(&place, ".create table T (b: string)").await;
    assert!(ask(&place.database().await, "T | where b == ''").await.is_empty());
    run(&place, ".create table V (b: string)").await;
    assert_eq!(refused(&place, ".drop tables (U, W)").await, ("BadRequest_EntityNotFound".into(), "W".into()));
    assert_eq!(
        run(&place, ".drop tables (U, ['V'], W) ifexists").await.column("TableName"),
        [&json!("T"), &json!("_Files")]
    );
    for (text, code) in [(".drop table _Files", "VD2001"), (".drop table Syslog", "VD2001")] {
        assert_eq!(refused(&place, text).await.0, code);
    }
}

/// What was read for a table is read again when the table has gone since.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_dropped_table_are_read_again() {
    let place = Place::new();
    let file = place.write("app.jsonl", "{\"n\": 1}\n{\"n\": 2}\n");
    let take = || async {
        let options = IngestOptions { table: Some("App_CL".to_owned()), ..IngestOptions::default() };
        ingest(&place.lake(), vec![file.clone()], options).await.expect("ingested").rows.get("App_CL").copied()
    };
    assert_eq!((take().await, take().await), (Some(2), None));
    run(&place, ".drop table App_CL").await;
    assert_eq!((take().await, take().await), (Some(2), None));
    run(&place, ".set-or-replace App_CL <| App_CL | where n == 2").await;
    assert_eq!(take().await, Some(2));
    assert_eq!(ask(&place.database().await, "App_CL | count").await[0]["Count"], json!(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_a_lake_cannot_have() {
    let place = Place::new();
    for (text, at) in [
        (".create table T (['a b']: long)", "['a b']"),
        (".create table T (_ingest: long)", "_ingest"),
        (".create table T (a: long, A: long)", "A"),
        (".create table ['a/b'] (a: long)", "['a/b']"),
    ] {
        assert_eq!(refused(&place, text).await, ("BadRequest_EntityNameIsNotValid".into(), at.into()), "{text}");
    }
    assert_eq!(refused(&place, ".create table T (a: sting)").await, ("KS160".into(), "sting".into()));
    assert_eq!(refused(&place, ".create table T a").await, ("General_BadRequest".into(), "a".into()));
}

/// What a crash may leave: a table that is to go, and has gone in part.
#[tokio::test(flavor = "multi_thread")]
async fn a_drop_that_was_decided_is_done_by_whoever_comes_next() {
    let place = Place::new();
    run(&place, ".set T <| print a = 1").await;
    std::fs::remove_file(place.path("lake/T/_delta_log/00000000000000000001.json")).expect("removed");
    let entry = json!({"number": 2, "tables": [{"name": "T", "told": [], "columns": [], "added": [], "drops": true}]});
    place.write("lake/.vedette/journal/00000000000000000002.json", &entry.to_string());
    run(&place, ".create table U (a: long)").await;
    assert!(!place.path("lake/T").exists());
    assert_eq!(run(&place, ".show tables").await.column("TableName"), [&json!("U"), &json!("_Files")]);
}
