//! JSON records that are handed on as bags: what tells them, and what hostile ones cost. Expected fields are read off by eye.

use lake::record::Stream;
use serde_json::{Value, json};

use super::{read_files, unix};

/// 2026-03-02T09:00:00Z is Unix time 1772442000.
const SECONDS: i64 = 1_772_442_000;

/// `event_type` and `timestamp` are everybody's; an address, a flow's id or the kind's own object makes them Suricata's.
#[test]
fn suricata_is_told_by_its_fields() {
    let lines = [
        r#"{"timestamp":"2026-03-02T10:00:00.000001+0100","event_type":"flow","src_ip":"192.0.2.1","z":1}"#,
        r#"{"timestamp":"2026-03-02T09:00:00Z","event_type":"stats","stats":{}}"#,
        r#"{"timestamp":"2026-03-02T09:00:00Z","event_type":"login","user":"x"}"#,
        r#"{"timestamp":"noon","event_type":"flow","flow_id":1}"#,
        r#"{"timestamp":1772442000,"event_type":"flow","flow_id":1}"#,
        r#"{"timestamp":"9999-12-31T23:59:59.999999+0000","event_type":"flow","flow_id":1}"#,
        r#"{"timestamp":"1601-01-01T00:00:00.000000+0000","event_type":"flow","flow_id":1}"#,
        r#"{"timestamp":"2026-03-02T09:00:00Z","event_type":"flow","flow_"#,
    ];
    let read = read_files(&[("a", lines.join("\n").as_bytes())]);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (4, 4), "{file:?}");
    assert_eq!(file.format, "json lines: Suricata flow, Suricata stats");
    let rows = read.rows(&Stream::Suricata);
    assert_eq!((&rows[0]["Kind"], &rows[0]["Timestamp"]), (&json!("flow"), &json!(unix(SECONDS) + 10)));
    let record: Value = serde_json::from_str(rows[0]["Record"].as_str().expect("text")).expect("JSON");
    assert_eq!(record, serde_json::from_str::<Value>(lines[0]).expect("JSON"));
}

/// Ten thousand keys, and bytes that are not UTF-8, in a record that is whole otherwise.
#[test]
fn hostile_records_are_kept_whole() {
    let keys: String = (0..10_000).map(|at| format!(",\"k{at}\":{at}")).collect();
    let mut bytes =
        format!(r#"{{"timestamp":"2026-03-02T09:00:00Z","event_type":"flow","flow_id":1{keys},"x":"?"}}"#).into_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'?').expect("it was put there");
    bytes[at] = 0xFF;
    let read = read_files(&[("a", &bytes)]);
    let record: Value =
        serde_json::from_str(read.rows(&Stream::Suricata)[0]["Record"].as_str().expect("text")).expect("JSON");
    assert_eq!((&record["k9999"], &record["x"]), (&json!(9999), &json!("\u{FFFD}")));
}

/// Each source's own fields tell it, in an envelope or in lines; times that are none are counted; what only looks alike is refused as before.
#[test]
fn cloud_records_are_told_by_their_fields() {
    let lines = [
        r#"{"time":"2026-03-02T09:00:00Z","category":"signinlogs","resourceId":"/x","properties":{"a":1}}"#,
        r#"{"time":"noon","category":"AuditLogs","properties":{}}"#,
        r#"{"time":"2026-03-02T09:00:00Z","category":"SQLInsights","properties":{"a":1}}"#,
        r#"{"time":"2026-03-02T09:00:00Z","category":"AuditLogs","message":"x"}"#,
        r#"{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"9999-12-31T23:59:59Z"},{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"10000-01-01T00:00:00Z"}]}"#,
        r#"{"eventVersion":"1.08","eventName":"GetObject","eventTime":"2026-03-02T09:00:00Z"}"#,
        r#"{"CreationTime":"1601-01-01T00:00:00","Operation":"X","RecordType":1,"OrganizationId":"o","UserType":0}"#,
        r#"{"CreationTime":null,"Operation":"X","RecordType":1,"OrganizationId":"o","UserType":0,"Workload":["x"]}"#,
        r#"{"CreationTime":"2026-03-02T09:00:00","Operation":"X","RecordType":1}"#,
    ];
    let read = read_files(&[("a", lines.join("\n").as_bytes())]);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (3, 7), "{file:?}");
    assert_eq!(file.format, "json lines: AWS CloudTrail s3.amazonaws.com, Office 365, diagnostics SignInLogs");
    let one = |stream: &Stream| read.rows(stream).iter().map(|row| row["Kind"].clone()).collect::<Vec<_>>();
    assert_eq!(one(&Stream::Diagnostics), [json!("SignInLogs")]);
    assert_eq!(one(&Stream::CloudTrail), [json!("s3.amazonaws.com")]);
    assert_eq!(one(&Stream::Office), [json!("")]);
}

/// A file that names a new kind in every record must not make its account grow.
#[test]
fn kinds_without_end() {
    let lines: String = (0..3_000)
        .map(|at| format!("{{\"timestamp\":\"2026-03-02T09:00:00Z\",\"event_type\":\"k{at}\",\"flow_id\":1}}\n"))
        .collect();
    let read = read_files(&[("a", lines.as_bytes())]);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (3_000, 0));
    assert!(file.format.ends_with('…') && file.format.len() < 400, "{}", file.format);
}

/// Purview's export has the record in a column; in JSON as in CSV. A cell that is cut off is one bad record.
#[test]
fn records_in_audit_data() {
    let record =
        r#"{"CreationTime":"2026-03-02T09:00:00","Operation":"X","RecordType":1,"OrganizationId":"o","UserType":0}"#;
    let cell = record.replace('"', "\"\"");
    let csv =
        format!("CreationDate,UserIds,Operations,AuditData\n1,u,X,\"{cell}\"\n1,u,X,\"{}\"\n1,u,X,\n", &cell[..40]);
    let json = json!([{"Identity": "i", "AuditData": record}, {"AuditData": "none"}, {"AuditData": 7}]).to_string();
    let read = read_files(&[("a.csv", csv.as_bytes()), ("a.json", json.as_bytes())]);
    assert_eq!((read.file("a.csv").records, read.file("a.csv").bad), (1, 2), "{:?}", read.file("a.csv"));
    assert_eq!((read.file("a.json").records, read.file("a.json").bad), (1, 2), "{:?}", read.file("a.json"));
    for row in read.rows(&Stream::Office) {
        assert_eq!((&row["Timestamp"], &row["Record"]), (&json!(unix(SECONDS)), &json!(record)));
    }
}

/// An entry of the journal is told by its clock and its message; what is no number or no text of it is missing.
#[test]
fn entries_of_the_journal() {
    let lines = [
        r#"{"__REALTIME_TIMESTAMP":"1772442000000001","_HOSTNAME":"h","PRIORITY":"6","SYSLOG_IDENTIFIER":"a","MESSAGE":"CEF:0|v|p|1|7|n|3|src=192.0.2.1"}"#,
        r#"{"__REALTIME_TIMESTAMP":1772442000000001,"PRIORITY":"9","MESSAGE":null,"_PID":7}"#,
        r#"{"__REALTIME_TIMESTAMP":"99999999999999999999","PRIORITY":"6","MESSAGE":[300,65,"x"]}"#,
        r#"{"__REALTIME_TIMESTAMP":"1772442000000001","PRIORITY":"6"}"#,
    ];
    let read = read_files(&[("a", lines.join("\n").as_bytes())]);
    assert_eq!((read.file("a").records, read.file("a").bad), (3, 1), "{:?}", read.file("a"));
    assert_eq!(read.rows(&Stream::Cef)[0]["HeaderTime"], unix(SECONDS) + 10);
    let rows = read.rows(&Stream::Syslog);
    assert_eq!(
        (&rows[0]["Timestamp"], rows[0].get("Severity"), &rows[0]["Message"]),
        (&json!(unix(SECONDS) + 10), None, &json!(""))
    );
    // Facility 1, `user`, and severity 6.
    assert_eq!((rows[1].get("Timestamp"), &rows[1]["Facility"], &rows[1]["Severity"]), (None, &json!(1), &json!(6)));
    assert_eq!(rows[1]["Message"], "?A?");
}
