//! Zeek's own log files and its JSON. Source of the format: docs.zeek.org/en/master/log-formats.html.

use lake::record::Stream;
use serde_json::{Value, json};

use super::{Read, read_files, unix};

const HEADER: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2024-01-02-03-04-05\n";

fn records(read: &Read) -> Vec<(Value, Value, Value)> {
    let rows = read.rows(&Stream::Zeek);
    let json = |row: &serde_json::Map<String, Value>| {
        serde_json::from_str(row["Record"].as_str().expect("text")).expect("JSON")
    };
    rows.into_iter()
        .map(|row| (row["path"].clone(), row.get("ts").cloned().unwrap_or(Value::Null), json(row)))
        .collect()
}

#[test]
fn fields_have_the_types_of_the_header() {
    let text = format!(
        "{HEADER}#fields\tts\tuid\tid.orig_h\tid.orig_p\tservice\tduration\tlocal_orig\ttunnel_parents\tanswers\tTTLs\tflags\tnote\n#types\ttime\tstring\taddr\tport\tstring\tinterval\tbool\tset[string]\tvector[string]\tvector[interval]\tvector[bool]\tstring\n1517336042.279652\tC1\t10.0.0.1\t55638\t-\t0.069982\tT\t(empty)\ta\\x2cb,-,c\t60.000000,1.5\tT,F\t(empty)\n#close\t2024-01-02-03-04-06\n"
    );
    let read = read_files(&[("a", text.as_bytes())]);
    let expected = json!({"ts": 1_517_336_042.279_652, "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": 55638, "duration": 0.069_982,
        "local_orig": true, "tunnel_parents": [], "answers": ["a,b", null, "c"], "TTLs": [60.0, 1.5], "flags": [true, false], "note": ""});
    let records = records(&read);
    assert_eq!(records.len(), 1, "{:?}", read.summary);
    assert_eq!((&records[0].0, &records[0].1), (&json!("conn"), &json!(unix(1_517_336_042) + 2_796_520)));
    assert_eq!(records[0].2.to_string(), expected.to_string().replace("60.0,", "60.000000,"));
    assert_eq!(read.rows(&Stream::Zeek)[0]["Offset"], text.find("1517").expect("it is there"));
}

#[test]
fn a_later_header_changes_the_fields() {
    let text = format!(
        "{HEADER}#fields\tts\ta\n#types\ttime\tcount\n1.5\t1\n#path\tdns\n#fields\tb\tts\n#types\tstring\ttime\nx\t2.5\n"
    );
    let read = read_files(&[("a", text.as_bytes())]);
    let records = records(&read);
    assert_eq!(records[0], (json!("conn"), json!(unix(1) + 5_000_000), json!({"ts": 1.5, "a": 1})));
    assert_eq!(records[1], (json!("dns"), json!(unix(2) + 5_000_000), json!({"b": "x", "ts": 2.5})));
}

#[test]
fn another_separator_and_another_unset() {
    let text = "#separator \\x7c\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NONE\n#path|x\n#fields|ts|a|b|c\n#types|time|set[count]|string|string\n1.0|1;2|NONE|-\n";
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!(records(&read)[0].2, json!({"ts": 1.0, "a": [1, 2], "c": "-"}));
}

/// `\xHH` and `\\` are Zeek's escapes. A byte that is no UTF-8 keeps its escape, as in Zeek's JSON.
#[test]
fn escapes_are_undone() {
    let mut bytes =
        format!("{HEADER}#fields\tts\ta\tb\n#types\ttime\tstring\tstring\n1.0\tx\\x09y\\\\z\t\\xc3\\xa9 \\xff")
            .into_bytes();
    bytes.push(0xFE);
    let read = read_files(&[("a", &bytes)]);
    assert_eq!(records(&read)[0].2, json!({"ts": 1.0, "a": "x\ty\\z", "b": "é \\xff\\xfe"}));
}

/// IoT-23 separates the columns that it adds by three blanks.
#[test]
fn labeled_logs_with_blanks_between_their_last_columns() {
    let text = format!(
        "{HEADER}#fields\tts\tuid\ttunnel_parents   label   detailed-label\n#types\ttime\tstring\tset[string]   string   string\n1.0\tC1\t(empty)   Malicious   C&C\n"
    );
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!(
        records(&read)[0].2,
        json!({"ts": 1.0, "uid": "C1", "tunnel_parents": [], "label": "Malicious", "detailed-label": "C&C"})
    );
}

#[test]
fn lines_that_do_not_fit_are_counted() {
    let headless = "1517336042.090842\tC1\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\n".repeat(3);
    let text = format!("{HEADER}#fields\tts\ta\n#types\ttime\tcount\n1.0\t1\n2.0\nnoon\t3\n4.0\t4");
    let read = read_files(&[("a", text.as_bytes()), ("b", headless.as_bytes())]);
    assert_eq!((read.file("a").records, read.file("a").bad), (2, 2), "{:?}", read.file("a"));
    let bad = read.file("a").first_bad.as_ref().expect("two are bad");
    assert_eq!(bad.reason, "1 fields where the header has 2");
    assert_eq!((read.file("b").records, read.file("b").bad), (0, 3), "{:?}", read.file("b"));
}

#[test]
fn json_says_its_log_or_is_told_by_its_fields() {
    let lines = [
        r#"{"_path":"ssh","ts":"2018-01-30T18:14:02Z","uid":"C1","id.orig_h":"10.0.0.1"}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_p":53,"conn_state":"SF"}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id.orig_h":"10.0.0.1","query":"a.test","qtype":1}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id.orig_h":"10.0.0.1","trans_depth":1,"host":"a.test"}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id.orig_h":"10.0.0.1","cipher":"x","established":true}"#,
        r#"{"ts":1517336042.5,"fuid":"F1","mime_type":"text/html","source":"HTTP"}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id.orig_h":"10.0.0.1","stratum":0,"ref_id":"x"}"#,
        r#"{"ts":1517336042.5,"note":"Scan::Port_Scan","msg":"x","src":"10.0.0.1","actions":["Notice::ACTION_LOG"]}"#,
        r#"{"ts":1517336042.5,"uid":"C1","id":{"orig_h":"10.0.0.1"},"other":null}"#,
    ];
    let read = read_files(&[("a", lines.join("\n").as_bytes())]);
    let records = records(&read);
    let paths: Vec<&str> = records.iter().filter_map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, ["ssh", "conn", "dns", "http", "ssl", "files", "ntp", "notice", ""]);
    assert_eq!(records[0].1, unix(1_517_336_042));
    assert_eq!(records[1].1, unix(1_517_336_042) + 5_000_000);
    assert_eq!(records[8].2, json!({"ts": 1517336042.5, "uid": "C1", "id.orig_h": "10.0.0.1"}));
}

#[test]
fn underscores_become_the_dots_that_they_stand_for() {
    let conn =
        r#"{"@stream":"conn","@proc":"zeek","ts":1.5,"uid":"C1","id_orig_h":"10.0.0.1","id_resp_p":53,"orig_bytes":1}"#;
    let x509 = r#"{"@stream":"x509","ts":1.5,"id":"F1","certificate_subject":"CN=a","basic_constraints_ca":true}"#;
    let read = read_files(&[("a", format!("{conn}\n{x509}").as_bytes())]);
    let records = records(&read);
    assert_eq!(
        records[0].2,
        json!({"@proc": "zeek", "ts": 1.5, "uid": "C1", "id.orig_h": "10.0.0.1", "id.resp_p": 53, "orig_bytes": 1})
    );
    assert_eq!(
        records[1].2,
        json!({"ts": 1.5, "id": "F1", "certificate.subject": "CN=a", "basic_constraints.ca": true})
    );
}
