//! The same rows in every format. Expected values: the KQL scalar type pages for how values are spelled, RFC 8259 and RFC 4180 for the
//! containers.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::run::{Folder, run};

/// One value of each type whose spelling the documentation of its type gives.
const VALUES: &str = "print b = true, i = int(7), l = 9007199254740993, r = 0.5, s = 'x,\"y\"', \
                      t = datetime(2024-02-29 12:30:00.1234567), d = timespan(1.02:03:04), n = long(null), j = dynamic({\"k\":[1,2.50]})";

#[test]
fn json_holds_tables_with_types() {
    let ended = run(&["query", VALUES, "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let answer: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
    let table = &answer["tables"][0];
    assert_eq!(table["name"], "PrimaryResult");
    let types: Vec<&Value> =
        table["columns"].as_array().expect("columns").iter().map(|column| &column["type"]).collect();
    assert_eq!(
        json!(types),
        json!(["bool", "int", "long", "real", "string", "datetime", "timespan", "long", "dynamic"])
    );
    let row = json!([
        true, 7, 9007199254740993_i64, 0.5, "x,\"y\"", "2024-02-29T12:30:00.1234567Z", "1.02:03:04", null, {"k": [1, 2.5]}
    ]);
    // Numbers are compared as numbers: 2.50 and 2.5 are the same JSON value.
    let loosened: Value = serde_json::from_str(&table["rows"][0].to_string().replace("2.50", "2.5")).expect("JSON");
    assert_eq!(loosened, row);
}

#[test]
fn ndjson_is_one_object_per_row() {
    let ended = run(&["query", "datatable(a:long, b:string)[1,'x', 2,'y\\nz']", "-F", "ndjson"]);
    assert_eq!(ended.stdout, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\\nz\"}\n", "{}", ended.stderr);
}

#[test]
fn csv_quotes_as_rfc_4180_says() {
    let ended = run(&["query", "print a = 'x,\"y\"', b = 2, c = long(null), d = 'line\\nbreak'", "-F", "csv"]);
    assert_eq!(ended.stdout, "a,b,c,d\r\n\"x,\"\"y\"\"\",2,,\"line\nbreak\"\r\n", "{}", ended.stderr);
}

/// Kusto's response has decimals as strings, so that no reader loses digits to a double. A third has 34 threes.
#[test]
fn decimals_keep_their_digits() {
    let query = "print third = decimal(1) / 3, none = decimal(null), large = decimal(1e40)";
    let third = "0.3333333333333333333333333333333333";
    let answer: Value = serde_json::from_str(&run(&["query", query, "-F", "json"]).stdout).expect("JSON");
    assert_eq!(answer["tables"][0]["columns"][0], json!({"name": "third", "type": "decimal"}));
    assert_eq!(answer["tables"][0]["rows"], json!([[third, null, "1E+40"]]));
    assert_eq!(
        run(&["query", query, "-F", "ndjson"]).stdout,
        format!("{{\"third\":\"{third}\",\"none\":null,\"large\":\"1E+40\"}}\n")
    );
    assert_eq!(run(&["query", query, "-F", "csv"]).stdout, format!("third,none,large\r\n{third},,1E+40\r\n"));
    let folder = Folder::new();
    let ended = folder.run(&["query", query, "-o", "answer.parquet"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let file = std::fs::File::open(folder.path("answer.parquet")).expect("the file is there");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .expect("a reader");
    let batch = reader.map(|batch| batch.expect("rows")).next().expect("a batch");
    let texts = batch.column(0).as_string::<i32>();
    assert_eq!((texts.value(0), batch.column(1).is_null(0)), (third, true));
}

#[test]
fn a_table_in_a_pipe_is_whole_and_plain() {
    let long = "x".repeat(300);
    let ended = run(&["query", &format!("print id = 12, text = '{long}'")]);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    // Numbers end under the end of their header, texts begin under its beginning.
    assert_eq!(lines, ["id  text", &format!("12  {long}")], "{}", ended.stderr);
    assert_eq!(ended.stderr, "note: 1 row\n");
}

#[test]
fn control_characters_reach_no_terminal() {
    let ended = run(&["query", "print text = 'a\u{1b}[2J\\nb'"]);
    assert_eq!(ended.stdout, "text\na\\u{1b}[2J\\nb\n", "{}", ended.stderr);
}

#[test]
fn without_rows_the_header_stands() {
    let query = "datatable(a:long, b:string)[]";
    assert_eq!(run(&["query", query, "-F", "csv"]).stdout, "a,b\r\n");
    assert_eq!(run(&["query", query]).stdout, "a  b\n");
    assert_eq!(run(&["query", query, "-F", "ndjson"]).stdout, "");
    let answer: Value = serde_json::from_str(&run(&["query", query, "-F", "json"]).stdout).expect("JSON");
    assert_eq!(answer["tables"][0]["columns"], json!([{"name": "a", "type": "long"}, {"name": "b", "type": "string"}]));
    assert_eq!(answer["tables"][0]["rows"], json!([]));
}

#[test]
fn two_statements_give_two_tables_where_the_format_holds_them() {
    let query = "print a = 1; print b = 2";
    let answer: Value = serde_json::from_str(&run(&["query", query, "-F", "json"]).stdout).expect("JSON");
    assert_eq!((&answer["tables"][0]["rows"], &answer["tables"][1]["rows"]), (&json!([[1]]), &json!([[2]])));
    let refused = run(&["query", query, "-F", "csv"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("csv holds one table and the query gives 2"), "{}", refused.stderr);
}

/// 2024-02-29T12:30:00Z is 1709209800 s after 1970 (19782 days and 45000 s).
#[test]
fn parquet_has_types_that_other_tools_read() {
    let folder = Folder::new();
    let ended = folder.run(&["query", VALUES, "-o", "rows.parquet"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    assert_eq!(folder.files(), ["rows.parquet"]);
    let file = std::fs::File::open(folder.path("rows.parquet")).expect("the file is there");
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("a reader");
    let batch = reader.next().expect("one batch").expect("rows");
    let column = |name: &str| batch.column_by_name(name).expect("the column");
    assert_eq!(column("l").as_primitive::<Int64Type>().value(0), 9_007_199_254_740_993);
    assert_eq!(column("t").data_type(), &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    assert_eq!(column("t").as_primitive::<TimestampMicrosecondType>().value(0), 1_709_209_800_123_456);
    assert_eq!(column("d").as_string::<i32>().value(0), "1.02:03:04");
    assert!(column("n").is_null(0));
}

#[test]
fn a_file_appears_only_when_complete() {
    let folder = Folder::new();
    let ended = folder.run(&["query", "print a = 1; print b = 2", "-o", "rows.csv"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert_eq!(folder.files(), Vec::<String>::new());
    assert_eq!(folder.run(&["query", "print a = 1", "-o", "rows.csv", "--quiet"]).stderr, "");
    assert_eq!(folder.read("rows.csv"), "a\r\n1\r\n");
}
