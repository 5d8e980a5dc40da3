//! Files that are tables by themselves. The rules of inference are ours, and stand in the documentation of `read_as_is`.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use arrow::record_batch::RecordBatch;
use lake::formats::{AsIs, read_as_is};
use lake::open::Options;
use lake::record::FileSummary;
use parquet::arrow::ArrowWriter;
use semantics::{Column, Type};
use serde_json::{Value, json};

use super::{Collected, folder_of, object, read_paths, unix};

fn rows_of(bytes: &[u8]) -> (Vec<Column>, Vec<Value>, FileSummary) {
    let folder = folder_of(&[("file", bytes)]);
    match read_as_is(&folder.path().join("file"), &Options::default()).expect("readable") {
        AsIs::Rows { columns, batches, summary } => {
            let rows =
                batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| Value::Object(object(batch, row))));
            (columns, rows.collect(), summary)
        }
        AsIs::Parquet(path) => unreachable!("{} is no Parquet", path.display()),
    }
}

fn columns(pairs: &[(&str, Type)]) -> Vec<Column> {
    pairs.iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}

#[test]
fn csv() {
    let text =
        "id,score,at,on,code,name,,id\n1,1,2024-01-02,true,007,x,p,9\n2,2.5,2024-01-02T03:04:05Z,FALSE,1,,q,\nshort\n";
    let (found, rows, summary) = rows_of(text.as_bytes());
    assert_eq!(
        found,
        columns(&[
            ("id", Type::Long),
            ("score", Type::Real),
            ("at", Type::DateTime),
            ("on", Type::Bool),
            ("code", Type::String),
            ("name", Type::String),
            ("Column7", Type::String),
            ("id1", Type::Long),
        ])
    );
    // 2024-01-02T00:00:00Z is Unix time 1704153600.
    assert_eq!(
        rows[0],
        json!({"id": 1, "score": 1.0, "at": unix(1_704_153_600), "on": true, "code": "007", "name": "x", "Column7": "p", "id1": 9})
    );
    assert_eq!(
        rows[1],
        json!({"id": 2, "score": 2.5, "at": unix(1_704_164_645), "on": false, "code": "1", "name": "", "Column7": "q"})
    );
    assert_eq!((summary.records, summary.bad), (2, 1));
}

#[test]
fn csv_of_one_column() {
    let (found, rows, _) = rows_of(b"ip\n10.0.0.1\n10.0.0.2\n");
    assert_eq!(found, columns(&[("ip", Type::String)]));
    assert_eq!(rows, [json!({"ip": "10.0.0.1"}), json!({"ip": "10.0.0.2"})]);
}

#[test]
fn json_lines_and_arrays() {
    let objects = [r#"{"a":1,"b":{"c":[1]},"d":"x"}"#, r#"{"a":2.5,"b":null,"e":true}"#];
    for text in [objects.join("\n"), format!("[{}]", objects.join(","))] {
        let (found, rows, _) = rows_of(text.as_bytes());
        assert_eq!(found, columns(&[("a", Type::Real), ("b", Type::Dynamic), ("d", Type::String), ("e", Type::Bool)]));
        assert_eq!(rows, [json!({"a": 1.0, "b": "{\"c\":[1]}", "d": "x"}), json!({"a": 2.5, "d": "", "e": true})]);
    }
}

#[test]
fn a_file_of_nothing_has_no_columns() {
    let (found, rows, summary) = rows_of(b"");
    assert!(found.is_empty() && rows.is_empty());
    assert_eq!(summary.records, 0);
}

fn parquet_of(name: &str) -> Vec<u8> {
    let values: ArrayRef = Arc::new(StringViewArray::from(vec!["x"]));
    let columns = ["Timestamp", "DeviceName", "ActionType", name].map(|column| (column, Arc::clone(&values)));
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("strings can be written");
    writer.write(&batch).expect("memory takes all");
    writer.into_inner().expect("memory takes all")
}

#[test]
fn parquet_is_scanned_in_place() {
    let folder = folder_of(&[("file", &parquet_of("anything"))]);
    let path = folder.path().join("file");
    assert!(matches!(read_as_is(&path, &Options::default()), Ok(AsIs::Parquet(found)) if found == path));
}

/// Only DeviceEvents of the known tables has `FileName`.
#[test]
fn parquet_among_data_is_told_by_its_columns() {
    let folder = folder_of(&[("1", &parquet_of("FileName")), ("2", &parquet_of("Unheard"))]);
    let mut sink = Collected::default();
    let summary = read_paths(&[folder.path().to_owned()], &mut sink).expect("readable");
    assert_eq!(sink.files.len(), 1);
    assert_eq!((sink.files[0].path.clone(), sink.files[0].table.as_str()), (folder.path().join("1"), "DeviceEvents"));
    assert_eq!((summary.files[0].records, summary.files[0].format.as_str()), (1, "parquet: DeviceEvents"));
    assert!(summary.files[1].notes[0].contains("no known table"));
}
