//! Tables from text and JSON that other systems wrote, where a file's own facts, not a sample's, are what is tested.

use std::fs;

use lake::Options;
use serde_json::{Map, Value, json};

use crate::answers::{ask, open};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// The answer over one file of that text.
async fn answer(text: &str, query: &str) -> Vec<Map<String, Value>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a"), text).expect("a file");
    let database = open(vec![folder.path().to_owned()], vec![], Options::default()).await;
    ask(&database, query).await
}

/// A process that ended, as Sysmon for Linux writes it into syslog.
const LINUX_EVENT: &str = r#"<Event><System><Provider Name="Linux-Sysmon"/><EventID>5</EventID><TimeCreated SystemTime="2026-03-02T09:00:00Z"/><Channel>Linux-Sysmon/Operational</Channel><Computer>web01</Computer></System><EventData><Data Name="ProcessId">812</Data><Data Name="Image">/usr/bin/id</Data></EventData></Event>"#;

/// On a workspace such events are in Syslog only; here they fill the Device tables as well, from the line or from the exported row.
#[tokio::test]
async fn sysmon_for_linux_is_syslog_and_an_event_of_the_device() {
    let line = format!("<14>1 2026-03-02T09:00:00Z web01 sysmon 7 - - {LINUX_EVENT}\n");
    let row = json!({"TimeGenerated": "2026-03-02T09:00:00Z", "Computer": "web01", "Facility": "user", "SeverityLevel": "info",
        "SyslogMessage": LINUX_EVENT, "HostName": "web01", "ProcessName": "sysmon", "Type": "Syslog"});
    let query = "union withsource=T Device*, Syslog, Event, WindowsEvent | project T, Name = coalesce(InitiatingProcessFileName, ProcessName)
        | order by T asc";
    let expected =
        [object(json!({"T": "DeviceEvents", "Name": "id"})), object(json!({"T": "Syslog", "Name": "sysmon"}))];
    assert_eq!(answer(&line, query).await, expected);
    assert_eq!(answer(&row.to_string(), query).await, expected);
}

/// Defender's aggregated reports: one row for an hour of equal events, whose number is in `AdditionalFields`. Nothing tells when each of them was,
/// so that the row stays the one that it is, as in Defender itself: under its own ActionType, which `ConnectionSuccess` does not find. The
/// queries' shape is that of learn.microsoft.com/defender-endpoint/aggregated-reporting.
#[tokio::test]
async fn an_aggregated_report_is_one_row_with_its_count() {
    let row = |action: &str, more: Value| {
        let mut row = object(
            json!({"Timestamp": "2026-03-02T09:00:00Z", "DeviceId": "d7", "DeviceName": "ws07", "ActionType": action, "ReportId": 7,
            "AdditionalFields": "{\"uniqueEventsAggregated\":42,\"firstEvent\":\"x\"}"}),
        );
        row.extend(object(more));
        Value::Object(row).to_string()
    };
    let rows = [
        row("ConnectionSuccessAggregatedReport", json!({"RemoteIP": "203.0.113.9", "RemotePort": 3389})),
        row("LogonFailedAggregatedReport", json!({"AccountName": "mara"})),
        row("ProcessCreatedAggregatedReport", json!({"FileName": "cmd.exe"})),
        row("FileRenamedAggregatedReport", json!({"FileName": "a.txt"})),
    ];
    let query = "union withsource=T Device* | where ActionType endswith 'AggregatedReport'
        | project T, ActionType, Count = toint(todynamic(AdditionalFields).uniqueEventsAggregated) | order by T asc";
    let one = |table: &str, action: &str| object(json!({"T": table, "ActionType": action, "Count": 42}));
    assert_eq!(
        answer(&rows.join("\n"), query).await,
        [
            one("DeviceFileEvents", "FileRenamedAggregatedReport"),
            one("DeviceLogonEvents", "LogonFailedAggregatedReport"),
            one("DeviceNetworkEvents", "ConnectionSuccessAggregatedReport"),
            one("DeviceProcessEvents", "ProcessCreatedAggregatedReport"),
        ]
    );
    let none = "DeviceNetworkEvents | where ActionType == 'ConnectionSuccess' | count";
    assert_eq!(answer(&rows.join("\n"), none).await, [object(json!({"Count": 0}))]);
}

/// The parser of sshd's logons reads Syslog as this source fills it.
#[tokio::test]
async fn a_logon_in_syslog_is_one_in_asim() {
    let line = "<86>1 2026-03-02T09:00:00Z web01 sshd 4120 - - Accepted publickey for mara from 198.51.100.7 port 50022 ssh2\n";
    let query = "_Im_Authentication | project EventResult, TargetUsername, SrcIpAddr";
    let expected = object(json!({"EventResult": "Success", "TargetUsername": "mara", "SrcIpAddr": "198.51.100.7"}));
    assert_eq!(answer(line, query).await, [expected]);
}

/// A port is at most 65535; what a log has beyond that is no port.
#[tokio::test]
async fn ports_that_are_none() {
    let port = |table: &str, column: &str| format!("{table} | project Port = {column}");
    let zeek = r#"{"_path":"conn","ts":1772442000.0,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":65535,"id.resp_h":"10.0.0.2","id.resp_p":65536}"#;
    let suricata = r#"{"timestamp":"2026-03-02T09:00:00Z","event_type":"flow","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dest_port":-1}"#;
    let squid = "1772442000.000 1 10.0.0.1 TCP_MISS/200 1 GET ftp://h:99999/ - HIER_DIRECT/192.0.2.1 -";
    let w3c = "#Fields: date time s-port cs-method\n2026-03-02 09:00:00 70000 GET";
    let null = [object(json!({"Port": null}))];
    for (text, query) in [
        (zeek, port("DeviceNetworkEvents", "RemotePort")),
        (suricata, port("DeviceNetworkEvents", "RemotePort")),
        (squid, port("ASimWebSessionLogs", "DstPortNumber")),
        (w3c, port("ASimWebSessionLogs", "DstPortNumber")),
    ] {
        assert_eq!(answer(text, &query).await, null, "{text}");
    }
    assert_eq!(answer(zeek, &port("DeviceNetworkEvents", "LocalPort")).await, [object(json!({"Port": 65535}))]);
}
