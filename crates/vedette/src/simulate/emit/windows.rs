//! Events → Windows events as `evtx_dump` writes them, one JSON object a line.
//!
//! In: events. Out: Sysmon 1, 3 and 22, PowerShell 4104, DNS-Client 3008 and Security 4698, with the fields that those providers write.
//! Sources: learn.microsoft.com/sysinternals/downloads/sysmon, learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4698.

use std::collections::BTreeMap;

use semantics::time::format_datetime;
use serde_json::{Value, json};

use super::{File, lines};
use crate::simulate::event::{Action, Connection, Event, LookUp, Process};

/// The header of a record.
struct Header {
    provider: &'static str,
    channel: &'static str,
    id: u32,
    version: u32,
    /// The process that wrote the record.
    writer: i64,
    user_id: String,
    keywords: &'static str,
}

/// The processes of Sysmon's service and of the local security authority.
const SYSMON_PID: i64 = 2_412;
const LSASS_PID: i64 = 640;

pub(super) fn files(events: &[Event]) -> Vec<File> {
    // Each channel of a host counts its own records; one count a host is as good to a reader.
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    let mut rows = vec![];
    for event in events {
        for (header, data) in records(event) {
            let count = counts.entry(&event.host.name).or_insert(1_000);
            *count += 1;
            rows.push(record(event, &header, *count, &data));
        }
    }
    vec![File { name: "windows.jsonl", text: lines(rows.into_iter()) }]
}

fn record(event: &Event, header: &Header, number: i64, data: &Value) -> Value {
    json!({"Event": {
        "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "System": {
            "Provider": {"#attributes": {"Name": header.provider}},
            "EventID": header.id,
            "Version": header.version,
            "Level": if header.channel == "Security" { 0 } else { 4 },
            "Task": if header.provider == SYSMON { header.id } else { 0 },
            "Opcode": 0,
            "Keywords": header.keywords,
            "TimeCreated": {"#attributes": {"SystemTime": format_datetime(event.time + DELAY_TICKS)}},
            "EventRecordID": number,
            "Correlation": null,
            "Execution": {"#attributes": {"ProcessID": header.writer, "ThreadID": header.writer + 48}},
            "Channel": header.channel,
            "Computer": event.host.name,
            "Security": if header.user_id.is_empty() { Value::Null } else { json!({"#attributes": {"UserID": header.user_id}}) },
        },
        "EventData": data,
    }})
}

/// A record is written a moment after what it tells.
const DELAY_TICKS: i64 = 20_000;

const SYSMON: &str = "Microsoft-Windows-Sysmon";

fn records(event: &Event) -> Vec<(Header, Value)> {
    let sysmon = |id: u32, version: u32| Header {
        provider: SYSMON,
        channel: "Microsoft-Windows-Sysmon/Operational",
        id,
        version,
        writer: SYSMON_PID,
        user_id: "S-1-5-18".to_owned(),
        keywords: "0x8000000000000000",
    };
    match &event.action {
        Action::Start => vec![(sysmon(1, 5), start(event))],
        Action::Connect(connection) => vec![(sysmon(3, 5), connect(event, connection))],
        Action::LookUp(look_up) => {
            vec![(sysmon(22, 5), look_up_sysmon(event, look_up)), (dns_client(event), look_up_client(look_up))]
        }
        Action::Script(text) => vec![(powershell(event), script(event, text))],
        Action::Task { name, xml } => vec![(security(), task(event, name, xml))],
    }
}

/// Sysmon's own time: `2026-03-02 09:15:01.000`.
fn utc(event: &Event) -> String {
    let text = format_datetime(event.time);
    text.get(..23).unwrap_or(&text).replace('T', " ")
}

fn start(event: &Event) -> Value {
    let process = &event.process;
    let parent = process.parent.as_deref();
    let of_parent = |field: fn(&Process) -> &str| parent.map_or("-", field).to_owned();
    json!({
        "RuleName": "-",
        "UtcTime": utc(event),
        "ProcessGuid": process.guid,
        "ProcessId": process.pid,
        "Image": process.image,
        "FileVersion": "10.0.19041.1",
        "Description": process.file_name(),
        "Product": process.file_name(),
        "Company": process.company,
        "OriginalFileName": process.file_name(),
        "CommandLine": process.command_line,
        "CurrentDirectory": r"C:\Windows\system32\",
        "User": process.user,
        "LogonGuid": process.guid,
        "LogonId": if process.integrity == "System" { "0x3e7" } else { "0x5a1b2" },
        "TerminalSessionId": i32::from(process.integrity != "System"),
        "IntegrityLevel": process.integrity,
        "Hashes": format!("SHA1={},SHA256={}", process.sha1.to_uppercase(), process.sha256.to_uppercase()),
        "ParentProcessGuid": of_parent(|parent| &parent.guid),
        "ParentProcessId": parent.map_or(0, |parent| parent.pid),
        "ParentImage": of_parent(|parent| &parent.image),
        "ParentCommandLine": of_parent(|parent| &parent.command_line),
        "ParentUser": of_parent(|parent| &parent.user),
    })
}

fn connect(event: &Event, connection: &Connection) -> Value {
    let source = if connection.is_loopback() { "127.0.0.1" } else { &event.host.address };
    json!({
        "RuleName": "-",
        "UtcTime": utc(event),
        "ProcessGuid": event.process.guid,
        "ProcessId": event.process.pid,
        "Image": event.process.image,
        "User": event.process.user,
        "Protocol": if connection.is_tcp { "tcp" } else { "udp" },
        "Initiated": true,
        "SourceIsIpv6": false,
        "SourceIp": source,
        "SourceHostname": event.host.name,
        "SourcePort": connection.local_port,
        "SourcePortName": "-",
        "DestinationIsIpv6": false,
        "DestinationIp": connection.address,
        "DestinationHostname": if connection.is_loopback() { event.host.name.as_str() } else { "-" },
        "DestinationPort": connection.port,
        "DestinationPortName": "-",
    })
}

/// `::ffff:192.0.2.1;`, or `-` without an answer.
fn answers(look_up: &LookUp) -> String {
    match look_up.addresses.as_slice() {
        [] => "-".to_owned(),
        addresses => addresses.iter().map(|address| format!("::ffff:{address};")).collect(),
    }
}

fn look_up_sysmon(event: &Event, look_up: &LookUp) -> Value {
    json!({
        "RuleName": "-",
        "UtcTime": utc(event),
        "ProcessGuid": event.process.guid,
        "ProcessId": event.process.pid,
        "QueryName": look_up.name,
        "QueryStatus": look_up.status,
        "QueryResults": answers(look_up),
        "Image": event.process.image,
        "User": event.process.user,
    })
}

fn dns_client(event: &Event) -> Header {
    Header {
        provider: "Microsoft-Windows-DNS-Client",
        channel: "Microsoft-Windows-DNS-Client/Operational",
        id: 3008,
        version: 0,
        writer: event.process.pid,
        user_id: user_id(event),
        keywords: "0x8000000000000000",
    }
}

fn look_up_client(look_up: &LookUp) -> Value {
    json!({
        "QueryName": look_up.name,
        "QueryType": 1,
        "QueryOptions": 140_737_488_371_712_u64,
        "QueryStatus": look_up.status,
        "QueryResults": if look_up.addresses.is_empty() { String::new() } else { answers(look_up) },
    })
}

fn powershell(event: &Event) -> Header {
    Header {
        provider: "Microsoft-Windows-PowerShell",
        channel: "Microsoft-Windows-PowerShell/Operational",
        id: 4104,
        version: 1,
        writer: event.process.pid,
        user_id: user_id(event),
        keywords: "0x0",
    }
}

fn script(event: &Event, text: &str) -> Value {
    json!({
        "MessageNumber": 1,
        "MessageTotal": 1,
        "ScriptBlockText": text,
        "ScriptBlockId": event.process.guid.trim_matches(['{', '}']),
        "Path": "",
    })
}

fn security() -> Header {
    Header {
        provider: "Microsoft-Windows-Security-Auditing",
        channel: "Security",
        id: 4698,
        version: 1,
        writer: LSASS_PID,
        user_id: String::new(),
        keywords: "0x8020000000000000",
    }
}

fn task(event: &Event, name: &str, xml: &str) -> Value {
    let (domain, account) = event.process.account();
    json!({
        "SubjectUserSid": user_id(event),
        "SubjectUserName": account,
        "SubjectDomainName": domain,
        "SubjectLogonId": "0x5a1b2",
        "TaskName": name,
        "TaskContent": xml,
        "ClientProcessStartKey": 5_629_499_534_213_120_u64,
        "ClientProcessId": event.process.pid,
        "ParentProcessId": event.process.parent.as_ref().map_or(0, |parent| parent.pid),
        "RpcCallClientLocality": 0,
        "FQDN": event.host.name,
    })
}

fn user_id(event: &Event) -> String {
    if event.process.user.starts_with("NT AUTHORITY") { "S-1-5-18".to_owned() } else { event.host.sid.clone() }
}
