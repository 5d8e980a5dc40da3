//! Every source's sample becomes what its `expected.jsonl` says.
//!
//! A line of it is a row: `table`, and the columns that are checked. A table that is named has just the rows of its lines, in their order. Of a
//! bag only the keys that are named are checked; a key that is null must be missing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lake::Options;
use serde_json::{Map, Value};

use crate::answers::{ask, open};

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources")
}

async fn check(source: &str) {
    let folder = sources().join(source);
    let entries = fs::read_dir(&folder).expect("the source's folder").filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let stem = |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let samples: Vec<PathBuf> = files.iter().filter(|path| stem(path).starts_with("sample.")).cloned().collect();
    let expected = fs::read_to_string(folder.join("expected.jsonl")).expect("expected.jsonl");
    let mut tables: BTreeMap<String, Vec<Map<String, Value>>> = BTreeMap::new();
    for line in expected.lines() {
        let mut row: Map<String, Value> = serde_json::from_str(line).expect("a line is an object");
        let table = row.shift_remove("table").expect("a line names its table");
        tables.entry(table.as_str().unwrap_or_default().to_owned()).or_default().push(row);
    }
    for file in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "kql")) {
        let flow = stem(file).trim_end_matches(".kql").to_owned();
        let is_prelude = flow.starts_with(|first: char| first.is_ascii_lowercase());
        // A flow that the settings leave out has its own test.
        let is_by_setting = source == "cef" && flow == "DeviceNetworkEvents";
        assert!(
            is_prelude || is_by_setting || tables.contains_key(&flow),
            "{source}: expected.jsonl shows no row of {flow}"
        );
    }
    let database = open(samples, vec![], Options::default()).await;
    let mut wrong = vec![];
    for (table, rows) in tables {
        let found = ask(&database, &table).await;
        if found.len() != rows.len() {
            wrong.push(format!("{table}: {} rows, expected {}", found.len(), rows.len()));
        }
        for (at, (expected, found)) in rows.iter().zip(&found).enumerate() {
            for (column, value) in expected {
                let actual = found.get(column).expect(column);
                if !holds(actual, value) {
                    wrong.push(format!("{table}[{at}].{column}: {actual}, expected {value}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{source}:\n{}", wrong.join("\n"));
}

fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => expected.iter().all(|(key, value)| match value {
            Value::Null => !actual.contains_key(key),
            value => actual.get(key).is_some_and(|actual| holds(actual, value)),
        }),
        (Value::Number(actual), Value::Number(expected)) => actual.as_f64() == expected.as_f64(),
        _ => actual == expected,
    }
}

#[tokio::test]
async fn sysmon() {
    check("sysmon").await;
}

#[tokio::test]
async fn windows_security() {
    check("windows-security").await;
}

#[tokio::test]
async fn windows_events() {
    check("windows-events").await;
}

#[tokio::test]
async fn windows_powershell() {
    check("windows-powershell").await;
}

#[tokio::test]
async fn windows_dns_client() {
    check("windows-dns-client").await;
}

#[tokio::test]
async fn zeek() {
    check("zeek").await;
}

#[tokio::test]
async fn windows_system() {
    check("windows-system").await;
}

#[tokio::test]
async fn windows_task_scheduler() {
    check("windows-task-scheduler").await;
}

#[tokio::test]
async fn windows_defender() {
    check("windows-defender").await;
}

#[tokio::test]
async fn syslog() {
    check("syslog").await;
}

#[tokio::test]
async fn cef() {
    check("cef").await;
}

#[tokio::test]
async fn suricata() {
    check("suricata").await;
}

#[tokio::test]
async fn squid() {
    check("squid").await;
}

#[tokio::test]
async fn web_access() {
    check("web-access").await;
}

#[tokio::test]
async fn w3c() {
    check("w3c").await;
}

#[tokio::test]
async fn entra() {
    check("entra").await;
}

#[tokio::test]
async fn azure_activity() {
    check("azure-activity").await;
}

#[tokio::test]
async fn aws_cloudtrail() {
    check("aws-cloudtrail").await;
}

#[tokio::test]
async fn office365() {
    check("office365").await;
}

#[test]
fn every_source_is_tested_here() {
    let names: Vec<String> = fs::read_dir(sources())
        .expect("content/sources")
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir())?.file_name().into_string().ok())
        .collect();
    let known = [
        "sysmon",
        "windows-security",
        "windows-events",
        "windows-powershell",
        "windows-dns-client",
        "zeek",
        "windows-system",
        "windows-task-scheduler",
        "windows-defender",
        "syslog",
        "cef",
        "suricata",
        "squid",
        "web-access",
        "w3c",
        "entra",
        "azure-activity",
        "aws-cloudtrail",
        "office365",
    ];
    assert!(names.iter().all(|name| known.contains(&name.as_str())), "{names:?}");
}
