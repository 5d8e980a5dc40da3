//! `.show …`.

use serde_json::{Value as Json, json};

use super::{refused, run};
use crate::ingest::Place;

#[tokio::test(flavor = "multi_thread")]
async fn the_version_and_the_database() {
    let place = Place::new();
    let version = run(&place, ".show version").await;
    assert_eq!(version.columns, ["BuildVersion", "BuildTime", "ServiceType", "ProductVersion", "ServiceOffering"]);
    assert_eq!(version.rows[0][2], "Engine");
    let databases = run(&place, ".show databases").await;
    let columns = "DatabaseName PersistentStorage Version IsCurrent DatabaseAccessMode PrettyName ReservedSlot1 DatabaseId InTransitionTo SuspensionState";
    assert_eq!(databases.columns.join(" "), columns);
    assert_eq!((&databases.rows[0][0], &databases.rows[0][3]), (&json!("lake"), &json!(true)));
    assert_eq!(
        run(&place, ".show databases | project DatabaseName, n = strlen(tostring(DatabaseId))").await.rows,
        [json!(["lake", 36])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_their_columns() {
    let place = Place::new();
    run(
        &place,
        ".create table B_CL (a: long, s: string, ['d']: dynamic) with (docstring = 'what it is', folder = \"mine\")",
    )
    .await;
    run(&place, ".create table A (t: datetime)").await;
    let tables = run(&place, ".show tables").await;
    assert_eq!(tables.columns, ["TableName", "DatabaseName", "Folder", "DocString"]);
    // The account of the lake is a table as well.
    assert_eq!(
        tables.rows,
        [
            json!(["A", "lake", "", ""]),
            json!(["B_CL", "lake", "mine", "what it is"]),
            json!(["_Files", "lake", "", ""])
        ]
    );
    assert_eq!(
        run(&place, ".show tables | where TableName has '_CL' | project TableName").await.rows,
        [json!(["B_CL"])]
    );
    assert_eq!(run(&place, ".show tables (A)").await.column("TableName"), ["A"]);
    let csl = run(&place, ".show table B_CL cslschema").await;
    assert_eq!(csl.columns, ["TableName", "Schema", "DatabaseName", "Folder", "DocString"]);
    assert_eq!(csl.rows, [json!(["B_CL", "a:long, s:string, d:dynamic", "lake", "mine", "what it is"])]);
    let schema = run(&place, ".show table ['A'] schema as json").await;
    let expected =
        json!({"Name": "A", "OrderedColumns": [{"Name": "t", "Type": "System.DateTime", "CslType": "datetime"}]});
    assert_eq!(
        schema.rows[0][1].as_str().map(|text| serde_json::from_str::<Json>(text).expect("JSON")),
        Some(expected)
    );
    // A table of Microsoft's is known without rows.
    let known = run(&place, ".show table Heartbeat cslschema").await;
    assert!(known.rows[0][1].as_str().is_some_and(|text| text.contains("Computer:string")));
    assert_eq!(
        refused(&place, ".show table Nowhere cslschema").await,
        ("BadRequest_EntityNotFound".into(), "Nowhere".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_of_the_database() {
    let place = Place::new();
    run(&place, ".create table A (t: datetime)").await;
    let schema = run(&place, ".show database lake schema | where TableName != '_Files'").await;
    let columns = "DatabaseName TableName ColumnName ColumnType IsDefaultTable IsDefaultColumn PrettyName Version";
    assert_eq!(schema.columns.join(" "), columns);
    assert_eq!(schema.rows[0], json!(["lake", "", "", "", false, false, "", "v1.0"]));
    assert_eq!(schema.rows[1], json!(["lake", "A", "", "", false, false, "", ""]));
    assert_eq!(schema.rows[2], json!(["lake", "A", "t", "System.DateTime", false, false, "", ""]));
    let text = run(&place, ".show database schema as json").await.rows[0][0].as_str().map(str::to_owned).expect("text");
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!(schema["Databases"]["lake"]["Tables"]["A"]["OrderedColumns"][0]["CslType"], "datetime");
    assert_eq!(
        refused(&place, ".show database other schema").await,
        ("BadRequest_EntityNotFound".into(), "other".into())
    );
}

/// Places in what follows the command are those in the whole text.
#[tokio::test(flavor = "multi_thread")]
async fn operators_behind_a_command_know_its_columns() {
    let place = Place::new();
    assert_eq!(refused(&place, ".show tables\n| where Nme == 'x'").await, ("KS142".into(), "Nme".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_of_a_table() {
    let place = Place::new();
    run(&place, ".set T <| range x from 1 to 5 step 1").await;
    place.lake().set_retention("T", Some(30), &|| {}).await.expect("set");
    let details = run(&place, ".show table T details").await;
    let columns = "TableName DatabaseName Folder DocString TotalExtents TotalExtentSize TotalOriginalSize TotalRowCount HotExtents HotExtentSize \
        HotOriginalSize HotRowCount AuthorizedPrincipals RetentionPolicy CachingPolicy ShardingPolicy MergePolicy StreamingIngestionPolicy \
        IngestionBatchingPolicy MinExtentsCreationTime MaxExtentsCreationTime RowOrderPolicy TableId";
    assert_eq!(details.columns.join(" "), columns);
    assert_eq!((details.column("TotalExtents"), details.column("TotalRowCount")), (vec![&json!(1)], vec![&json!(5)]));
    assert_eq!(details.column("RetentionPolicy"), [&json!("{\"SoftDeletePeriod\":\"30.00:00:00\"}")]);
}
