//! Events → rows of Defender's tables, one JSON object a line, as advanced hunting exports them.
//!
//! In: events. Out: a file a table. Defender tells an answered connection from a refused one, which Sysmon does not, and resolves the name of a
//! connection itself.

use std::collections::BTreeMap;

use semantics::time::format_datetime;
use serde_json::{Map, Value, json};

use super::{File, lines};
use crate::simulate::event::{Action, Connection, Event, Process};

pub(super) fn files(events: &[Event]) -> Vec<File> {
    let mut processes = vec![];
    let mut network = vec![];
    let mut others = vec![];
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for event in events {
        let count = counts.entry(&event.host.name).or_insert(0);
        *count += 1;
        match &event.action {
            Action::Start => processes.push(start(event, *count)),
            Action::Connect(connection) => network.push(connect(event, connection, *count)),
            Action::LookUp(look_up) => {
                let details = json!({
                    "DnsQueryString": look_up.name,
                    "DnsQueryResult": look_up.addresses,
                    "DnsQueryStatus": look_up.status,
                });
                others.push(other(event, *count, "DnsQueryResponse", (&look_up.name, &details)));
            }
            Action::Script(text) => {
                others.push(other(event, *count, "PowerShellCommand", ("", &json!({"Command": text}))));
            }
            Action::Task { name, xml } => {
                let details = json!({"TaskName": name, "TaskContent": xml});
                others.push(other(event, *count, "ScheduledTaskCreated", ("", &details)));
            }
        }
    }
    vec![
        File { name: "DeviceProcessEvents.jsonl", text: lines(processes.into_iter()) },
        File { name: "DeviceNetworkEvents.jsonl", text: lines(network.into_iter()) },
        File { name: "DeviceEvents.jsonl", text: lines(others.into_iter()) },
    ]
}

fn common(event: &Event, report_id: i64, action: &str) -> Map<String, Value> {
    let device_id = crate::simulate::random::Random::new(0, &event.host.name).hex(40);
    let row = json!({
        "Timestamp": format_datetime(event.time),
        "DeviceId": device_id,
        "DeviceName": event.host.name,
        "ActionType": action,
        "ReportId": report_id,
    });
    match row {
        Value::Object(row) => row,
        _ => Map::new(),
    }
}

/// The columns of the initiating process.
fn initiating(row: &mut Map<String, Value>, process: &Process) {
    let (domain, account) = process.account();
    let mut put = |name: &str, value: Value| row.insert(format!("InitiatingProcess{name}"), value);
    put("FileName", process.file_name().into());
    put("FolderPath", process.image.to_lowercase().into());
    put("CommandLine", process.command_line.clone().into());
    put("Id", process.pid.into());
    put("SHA1", process.sha1.clone().into());
    put("SHA256", process.sha256.clone().into());
    put("VersionInfoCompanyName", process.company.clone().into());
    put("AccountDomain", domain.to_lowercase().into());
    put("AccountName", account.to_lowercase().into());
    put("IntegrityLevel", process.integrity.clone().into());
    if process.started > 0 {
        put("CreationTime", format_datetime(process.started).into());
    }
    if let Some(parent) = &process.parent {
        put("ParentFileName", parent.file_name().into());
        put("ParentId", parent.pid.into());
    }
}

fn start(event: &Event, report_id: i64) -> Value {
    let process = &event.process;
    let (domain, account) = process.account();
    let mut row = common(event, report_id, "ProcessCreated");
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("FileName", process.file_name().into());
    put("FolderPath", process.image.clone().into());
    put("SHA1", process.sha1.clone().into());
    put("SHA256", process.sha256.clone().into());
    put("ProcessId", process.pid.into());
    put("ProcessCommandLine", process.command_line.clone().into());
    put("ProcessCreationTime", format_datetime(process.started).into());
    put("ProcessIntegrityLevel", process.integrity.clone().into());
    put("ProcessVersionInfoCompanyName", process.company.clone().into());
    put("AccountDomain", domain.to_lowercase().into());
    put("AccountName", account.to_lowercase().into());
    if let Some(parent) = &process.parent {
        initiating(&mut row, parent);
    }
    Value::Object(row)
}

fn connect(event: &Event, connection: &Connection, report_id: i64) -> Value {
    let action = if connection.is_answered { "ConnectionSuccess" } else { "ConnectionFailed" };
    let mut row = common(event, report_id, action);
    let is_loopback = connection.is_loopback();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("RemoteIP", connection.address.clone().into());
    put("RemotePort", connection.port.into());
    put("RemoteUrl", connection.name.clone().into());
    put("RemoteIPType", kind(&connection.address).into());
    put("LocalIP", if is_loopback { "127.0.0.1" } else { event.host.address.as_str() }.into());
    put("LocalIPType", if is_loopback { "Loopback" } else { "Private" }.into());
    put("LocalPort", connection.local_port.into());
    put("Protocol", if connection.is_tcp { "Tcp" } else { "Udp" }.into());
    initiating(&mut row, &event.process);
    Value::Object(row)
}

fn other(event: &Event, report_id: i64, action: &str, (url, details): (&str, &Value)) -> Value {
    let mut row = common(event, report_id, action);
    row.insert("RemoteUrl".to_owned(), url.into());
    // An export has every column of its table, and is told by those that no other table has.
    for empty in ["FileName", "FolderPath", "FileOriginUrl", "RemoteDeviceName", "RegistryKey", "RegistryValueName"] {
        row.insert(empty.to_owned(), "".into());
    }
    // Advanced hunting has this column as text that holds JSON.
    row.insert("AdditionalFields".to_owned(), details.to_string().into());
    initiating(&mut row, &event.process);
    Value::Object(row)
}

/// What Defender calls an address.
fn kind(address: &str) -> &'static str {
    match address.parse::<std::net::Ipv4Addr>() {
        Ok(address) if address.is_loopback() => "Loopback",
        Ok(address) if address.is_private() => "Private",
        Ok(_) => "Public",
        Err(_) if address == "::1" => "Loopback",
        Err(_) => "Public",
    }
}
