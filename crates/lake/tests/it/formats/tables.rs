//! Rows that are a table's own. The tables are those of [`super::Known`].

use lake::record::Stream;
use serde_json::{Value, json};

use super::{Read, read_files, unix};

/// 2024-01-02T03:04:05Z is Unix time 1704164645.
const SECONDS: i64 = 1_704_164_645;
const ROW: &str = r#"{"Timestamp":"2024-01-02T03:04:05Z","DeviceName":"pc1","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1","RemotePort":443}"#;

fn expected() -> Value {
    json!({"Timestamp": unix(SECONDS), "DeviceName": "pc1", "ActionType": "ConnectionSuccess", "RemoteIP": "192.0.2.1", "RemotePort": 443})
}

#[test]
fn every_envelope_gives_the_same_row() {
    let streamed = format!(
        r#"{{"time":"2024-01-02T03:05:00Z","tenantId":"t","operationName":"Publish","category":"AdvancedHunting-DeviceNetworkEvents","properties":{ROW}}}"#
    );
    let csv = "Timestamp,DeviceName,ActionType,RemoteIP,RemotePort\n2024-01-02T03:04:05Z,pc1,ConnectionSuccess,192.0.2.1,443\n";
    let portal = "\u{FEFF}\"Timestamp\";\"DeviceName\";\"ActionType\";\"RemoteIP\";\"RemotePort\"\r\n\"Jan 2, 2024 3:04:05 AM\";\"pc1\";\"ConnectionSuccess\";\"192.0.2.1\";\"443\"\r\n";
    let utf16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wrapped = [
        ("line", ROW.to_owned()),
        ("pretty", ROW.replace(',', ",\n  ").replace('{', "{\n  ")),
        ("array", format!("[{ROW}]")),
        ("array of lines", format!("[\n{ROW}\n]\n")),
        ("streamed", streamed.clone()),
        ("records", format!("{{ \"records\" : [ {streamed} ] , \"more\": {{\"x\":[{{}}]}} }}")),
        ("graph", format!("{{\"schema\":[{{\"name\":\"Timestamp\"}}],\"results\":[{ROW}]}}")),
        ("csv", csv.to_owned()),
        ("portal", portal.to_owned()),
    ];
    for (name, text) in &wrapped {
        let read = read_files(&[("a", text.as_bytes())]);
        assert_eq!(read.table("DeviceNetworkEvents"), [expected()], "{name}: {:?}", read.summary);
        assert_eq!(read.summary.bad_count(), 0, "{name}: {:?}", read.summary);
    }
    assert_eq!(read_files(&[("a", &utf16)]).table("DeviceNetworkEvents"), [expected()]);
}

#[test]
fn many_envelopes_in_one_file() {
    let lines = format!("{{\"records\":[{ROW},{ROW}]}}\n{{\"records\":[{ROW}]}}\n");
    let joined = format!("{{\"records\":[{ROW},\n{ROW}]}}{{\"records\":[{ROW}]}}");
    for text in [lines, joined] {
        let read = read_files(&[("a", text.as_bytes())]);
        assert_eq!((read.summary.record_count(), read.summary.bad_count()), (3, 0), "{text}");
    }
}

/// The three columns are in two tables; the action is in one.
#[test]
fn an_action_decides_between_tables() {
    let of = |action: &str| {
        let row = ROW.replace("ConnectionSuccess", action);
        let read = read_files(&[("a", row.as_bytes())]);
        read.collected.rows.first().map(|(stream, _)| stream.clone())
    };
    assert_eq!(of("ConnectionSuccess"), Some(Stream::Table("DeviceNetworkEvents".into())));
    assert_eq!(of("DnsConnectionInspected"), Some(Stream::Table("DeviceNetworkEvents".into())));
    let file = r#"{"Timestamp":"2024-01-02","DeviceName":"pc1","ActionType":"OpenProcessApiCall","FileName":"a.exe"}"#;
    assert_eq!(read_files(&[("a", file.as_bytes())]).table("DeviceEvents").len(), 1);
}

#[test]
fn a_row_says_its_table() {
    let row = r#"{"Type":"DeviceEvents","TimeGenerated":"2024-01-02T03:04:05Z","RemoteIP":"192.0.2.1"}"#;
    let read = read_files(&[("a", row.as_bytes())]);
    assert_eq!(read.table("DeviceEvents"), [json!({"Timestamp": unix(SECONDS), "RemoteIP": "192.0.2.1"})]);
    assert!(read.file("a").notes.is_empty(), "{:?}", read.file("a"));
}

#[test]
fn a_compat_name_fills_its_column_unless_that_has_a_value() {
    let with = |more: &str| {
        let row = ROW.replace("\"pc1\",", &format!("\"pc1\",{more},"));
        read_files(&[("a", row.as_bytes())]).table("DeviceNetworkEvents")[0]["InitiatingProcessAccountName"].clone()
    };
    assert_eq!(with(r#""AccountName":"bob""#), "bob");
    assert_eq!(with(r#""AccountName":"bob","InitiatingProcessAccountName":"eve""#), "eve");
    assert_eq!(with(r#""AccountName":"bob","InitiatingProcessAccountName":"""#), "bob");
}

/// Kusto's union names a column after its type where two tables differ; an export of a union carries the empty columns of all.
#[test]
fn rows_of_a_union() {
    let row = r#"{"Timestamp":"2024-01-02T03:04:05Z","DeviceName":"pc1","ActionType":"Other","FileName":"a.exe","ReportId_long":7,"ReportId_string":"","OfAnotherTable":null,"AndAnother":"","More":null}"#;
    let read = read_files(&[("a", row.as_bytes())]);
    assert_eq!(
        read.table("DeviceEvents"),
        [
            json!({"Timestamp": unix(SECONDS), "DeviceName": "pc1", "ActionType": "Other", "FileName": "a.exe", "ReportId": 7})
        ]
    );
}

#[test]
fn values_take_the_types_of_their_columns() {
    let json = r#"{"Type":"Readings_CL","Timestamp":"2024-01-02T04:04:05+01:00","ReportId":"12","Value":"1.5","IsOn":"True","Took":"1.00:00:01","Key":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"}"#;
    let csv = "TableName,Timestamp,ReportId,Value,IsOn,Took,Key\nReadings_CL,2024-01-02 03:04:05,12,1.5,1,1.00:00:01,5770385f-c22a-43e0-bf4c-06f5698ffbd9\n";
    let expected = json!({"Timestamp": unix(SECONDS), "ReportId": 12, "Value": 1.5, "IsOn": true, "Took": 864_010_000_000_i64, "Key": "5770385f-c22a-43e0-bf4c-06f5698ffbd9"});
    for text in [json, csv] {
        assert_eq!(
            read_files(&[("a", text.as_bytes())]).table("Readings_CL"),
            std::slice::from_ref(&expected),
            "{text}"
        );
    }
}

#[test]
fn dynamic_is_json_whether_it_came_as_json_or_as_text() {
    let with = |value: &str| {
        let row = ROW.replace("\"pc1\",", &format!("\"pc1\",\"AdditionalFields\":{value},"));
        read_files(&[("a", row.as_bytes())]).table("DeviceNetworkEvents")[0].get("AdditionalFields").cloned()
    };
    assert_eq!(with(r#"{"a": [1, 2.50]}"#), Some(json!(r#"{"a":[1,2.50]}"#)));
    assert_eq!(with(r#""{\"a\": [1, 2.50]}""#), Some(json!(r#"{"a":[1,2.50]}"#)));
    assert_eq!(with(r#""plain""#), Some(json!(r#""plain""#)));
    assert_eq!(with(r#""""#), None);
    assert_eq!(with("null"), None);
}

#[test]
fn what_does_not_fit_is_null_and_noted() {
    let row = ROW
        .replace("443", "\"https\"")
        .replace("\"pc1\",", "\"pc1\",\"Type\":\"DeviceNetworkEvents\",\"Extra\":1,\"More\":2,");
    let read = read_files(&[("a", format!("{row}\n{row}").as_bytes())]);
    assert!(read.table("DeviceNetworkEvents")[0].get("RemotePort").is_none());
    assert_eq!(
        read.file("a").notes,
        [
            "dropped, because DeviceNetworkEvents has no such columns: Extra, More",
            "2 values of DeviceNetworkEvents.RemotePort do not fit its type and are null"
        ]
    );
}

#[test]
fn an_unknown_table_is_counted() {
    let row = r#"{"category":"AdvancedHunting-NoSuchTable","properties":{"Timestamp":"2024-01-02"}}"#;
    let read = read_files(&[("a", row.as_bytes())]);
    assert_eq!(
        read.file("a").first_bad.as_ref().map(|bad| bad.reason.as_str()),
        Some("a row of NoSuchTable, which is no known table")
    );
}

/// A batch has 8,192 rows at most, and runs on across files.
#[test]
fn batches_are_filled_across_files() {
    let text = format!("{ROW}\n").repeat(9_000);
    let read = read_files(&[("a", text.as_bytes()), ("b", text.as_bytes())]);
    assert_eq!(read.collected.batch_rows, [8_192, 8_192, 18_000 - 2 * 8_192]);
    assert!(read.table("DeviceNetworkEvents").iter().all(|row| *row == expected()));
}

/// A column that has its first value late has none in the rows before.
#[test]
fn a_column_may_start_late() {
    let text = format!("{ROW}\n{}", ROW.replace("443", "443,\"RemoteUrl\":\"a.test\",\"ReportId\":1"));
    let rows = read_files(&[("a", text.as_bytes())]).table("DeviceNetworkEvents");
    assert_eq!((rows[0].get("RemoteUrl"), rows[0].get("ReportId")), (Some(&json!("")), None));
    assert_eq!((rows[1].get("RemoteUrl"), rows[1].get("ReportId")), (Some(&json!("a.test")), Some(&json!(1))));
}

#[test]
fn quoted_line_breaks_stay_in_their_cell() {
    let text = "Timestamp,DeviceName,ActionType,RemoteUrl,RemoteIP\n2024-01-02T03:04:05Z,pc1,ConnectionSuccess,\"a\nb, \"\"c\"\"\",192.0.2.1\n";
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!(read.table("DeviceNetworkEvents")[0]["RemoteUrl"], "a\nb, \"c\"");
}

/// A line whose keys were met before is read without its tree. Each must give what it gives in a file of its own, where every line is the first
/// with its keys and is read through `serde_json`; what is wrong must be wrong.
#[test]
fn a_row_is_the_same_whatever_stood_before_it() {
    let values = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "7.0",
        "7.5",
        "1e3",
        "1e400",
        "12345678901234567890",
        "-9223372036854775808",
        "\"\"",
        "\" \"",
        "\"7\"",
        "\" 7 \"",
        "\"plain\"",
        "\"true\"",
        "\"TRUE\"",
        "\"1\"",
        "\"null\"",
        "\"ü\"",
        "\"\\u00fc\"",
        "\"a\\\"b\"",
        "\"a\\\\b\"",
        "\"\\ud83d\\ude00\"",
        "\"2024-01-02T03:04:05Z\"",
        "\"1.00:00:01\"",
        "\"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}\"",
        "\"{\\\"a\\\": 1}\"",
        "\"[1, 2]\"",
        "\"{broken\"",
        "{}",
        "[]",
        "{\"a\": [1, 2.50]}",
        "[null, \"x\"]",
        "{\"a\":1,\"a\":2}",
        // Wrong, each in its own way.
        "01",
        "+1",
        ".5",
        "1.",
        "nul",
        "True",
        "'x'",
        "\"\\x\"",
        "\"\\ud83d\"",
        "\"a\tb\"",
        "{\"a\"}",
        "[1,]",
        "{\"a\":1,}",
        "1 2",
        "\"x",
        "",
    ];
    let row = |name: &str, value: &str| {
        let row = r#"{"Timestamp":"2024-01-02T03:04:05Z","DeviceId":"d1","DeviceName":"pc1","ActionType":"X","ReportId":1,"RemoteIP":"192.0.2.1","RemotePort":443,"RemoteUrl":"x.example","AccountName":"a","AdditionalFields":{"a":1}}"#;
        let start = row.find(&format!("\"{name}\":")).expect("a key of the row") + name.len() + 3;
        let end = row[start..].find(",\"").map_or(row.len() - 1, |length| start + length);
        format!("{}{value}{}", &row[..start], &row[end..])
    };
    let plain = row("DeviceId", "\"d1\"");
    // A batch has a column when any of its rows has a value; a string without one is empty then.
    let row_at = |read: &Read, at: usize| {
        let (stream, mut row) = read.collected.rows.get(at)?.clone();
        row.retain(|_, value| value != "");
        Some((stream, row))
    };
    let taught = |text: &str| {
        let read = read_files(&[("a", format!("{plain}\n{plain}\n{text}\n").as_bytes())]);
        (row_at(&read, 2), read.file("a").bad, read.file("a").notes.clone())
    };
    let alone = |text: &str| {
        let read = read_files(&[("a", format!("{{}}\n{text}\n").as_bytes())]);
        (row_at(&read, 0), read.file("a").bad - 1, read.file("a").notes.clone())
    };
    let mut good = 0;
    for name in ["Timestamp", "DeviceName", "ReportId", "RemotePort", "AccountName", "AdditionalFields"] {
        for value in values {
            let text = row(name, value);
            assert_eq!(taught(&text), alone(&text), "{text}");
            good += taught(&text).0.iter().count();
        }
    }
    assert!(good > 200, "most of them are rows: {good}");
    let whole = [
        format!("{plain}}}"),
        format!("{plain} {plain}"),
        format!("{plain}\u{a0}"),
        format!("[{plain}]"),
        format!("  {plain}\t"),
        plain.replace(",\"DeviceId\"", ",,\"DeviceId\""),
        plain.replace("\"DeviceId\"", "\"Device\\u0049d\""),
        plain.replace("\"DeviceId\":\"d1\"", "\"DeviceName\":\"d1\""),
        plain.replace("\"ActionType\":\"X\"", "\"ActionType\":\"ConnectionSuccess\""),
        plain.replace("{\"a\":1}", &format!("{}{}", "[".repeat(200), "]".repeat(200))),
    ];
    for text in whole {
        assert_eq!(taught(&text), alone(&text), "{text}");
    }
}
