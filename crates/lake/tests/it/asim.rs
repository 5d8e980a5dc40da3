//! The parsers of ASIM that come with the program, over invented events: what each source becomes, that no record is there twice, and that
//! the parameters filter. What the columns mean: learn.microsoft.com/azure/sentinel/normalization-about-schemas and its pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Database as _, Engine, Limits, Request};
use lake::{Database, Options};
use serde_json::{Value, json};

use crate::answers::{ask, open};

const SCHEMAS: [&str; 11] = [
    "AlertEvent",
    "AuditEvent",
    "Authentication",
    "DhcpEvent",
    "Dns",
    "FileEvent",
    "NetworkSession",
    "ProcessEvent",
    "RegistryEvent",
    "UserManagement",
    "WebSession",
];

async fn nothing() -> Arc<Database> {
    open(vec![], vec![], Options::default()).await
}

/// Rows of tables as an export has them: one object each, told by `Type`.
pub(crate) async fn exported(rows: &[Value]) -> (tempfile::TempDir, Arc<Database>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("export.json");
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(&file, lines.join("\n")).expect("a file");
    let database = open(vec![file], vec![], Options::default()).await;
    (folder, database)
}

fn samples(source: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources").join(source);
    let entries = fs::read_dir(folder).expect("the source's folder").filter_map(Result::ok).map(|entry| entry.path());
    entries
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("sample.")))
        .collect()
}

pub(crate) async fn check(database: &Arc<Database>, query: &str, expected: Value) {
    let rows = Value::Array(ask(database, query).await.into_iter().map(Value::Object).collect());
    assert_eq!(rows, expected, "{query}");
}

/// Every function alone, and no column of a parser in two types: a union would make `x_string` and `x_dynamic` of it.
#[tokio::test]
async fn every_function_binds() {
    let database = nothing().await;
    let engine = Engine::new(Limits::default()).expect("an engine");
    let names = database.stored_function_names();
    assert!(names.len() > 100 && SCHEMAS.iter().all(|schema| names.contains(&format!("_Im_{schema}"))));
    for name in names {
        let function = database.stored_function(&name).expect("it is listed");
        assert!(function.text.starts_with("// "), "{name} begins with what it is for");
        // A function with parameters that have no default cannot be called by its name alone; those that can call them.
        let Ok((bound, _)) = engine.bind(&Request::new(name.clone(), 0), database.as_ref()) else {
            let is_inner =
                !name.starts_with("_Im_") && !name.starts_with("im") && !name.to_lowercase().contains("asim");
            assert!(is_inner || name.starts_with("_ASIM_"), "{name} does not bind");
            continue;
        };
        let types = ["string", "long", "int", "dynamic", "datetime", "bool", "real"];
        for column in bound.results.iter().flat_map(|table| &table.schema) {
            let is_split = column.name.rsplit_once('_').is_some_and(|(_, ty)| types.contains(&ty));
            assert!(!is_split, "{name}: {} has several types", column.name);
        }
    }
}

/// The columns of ASIM's own table keep their types in the union of all sources.
#[tokio::test]
async fn parsers_give_the_columns_of_the_native_table() {
    let database = nothing().await;
    let engine = Engine::new(Limits::default()).expect("an engine");
    for (schema, table) in [
        ("AuditEvent", "ASimAuditEventLogs"),
        ("Authentication", "ASimAuthenticationEventLogs"),
        ("Dns", "ASimDnsActivityLogs"),
        ("FileEvent", "ASimFileEventLogs"),
        ("NetworkSession", "ASimNetworkSessionLogs"),
        ("ProcessEvent", "ASimProcessEventLogs"),
        ("RegistryEvent", "ASimRegistryEventLogs"),
        ("UserManagement", "ASimUserManagementActivityLogs"),
        ("WebSession", "ASimWebSessionLogs"),
    ] {
        let request = Request::new(format!("_Im_{schema}"), 0);
        let (bound, _) = engine.bind(&request, database.as_ref()).expect("the parser binds");
        let given = &bound.results.first().expect("a table").schema;
        let own = ["TenantId", "SourceSystem", "_IsBillable", "_BilledSize", "_ResourceId", "_SubscriptionId"];
        for column in &database.schema(table).expect("a table").columns {
            assert!(own.contains(&column.name.as_str()) || given.contains(column), "{schema}: {}", column.name);
        }
    }
}

/// vedette puts a record into several tables. How many of each kind the samples hold is counted here in the tables of all records: Windows' in
/// WindowsEvent, those of Sysmon for Linux in Syslog; the numbers of the sensors' are the lines of the samples of Zeek and Suricata.
#[tokio::test]
async fn a_record_is_in_one_row() {
    let paths = ["sysmon", "windows-security", "zeek", "suricata"].iter().flat_map(|source| samples(source)).collect();
    let database = open(paths, vec![], Options::default()).await;
    let of_windows = |sysmon: &str, security: &str| {
        format!(
            "toscalar(WindowsEvent | where (Provider == 'Microsoft-Windows-Sysmon' and EventID in ({sysmon})) \
             or (Channel == 'Security' and EventID in ({security})) | count) \
             + toscalar(Syslog | where toint(extract('<EventID>([0-9]+)', 1, SyslogMessage)) in ({sysmon}) | count)"
        )
    };
    for (schema, sysmon, security, sensors) in [
        ("NetworkSession", "3", "5154, 5156, 5157", 5 + 5),
        ("Dns", "22", "0", 1 + 2),
        ("ProcessEvent", "1, 5", "4688, 4689", 0),
        ("Authentication", "0", "4624, 4625, 4634, 4647", 0),
        ("FileEvent", "11, 15, 23, 26", "0", 0),
        ("RegistryEvent", "12, 13, 14", "0", 0),
        ("AuditEvent", "0", "1102, 4698, 4702, 4719", 0),
        ("UserManagement", "0", "4720", 0),
        ("WebSession", "0", "0", 1 + 1),
    ] {
        let query = format!(
            "let parsed = toscalar(_Im_{schema} | count); let records = {} + {sensors}; print rows = parsed, records = records, same = parsed == records",
            of_windows(sysmon, security)
        );
        let rows = ask(&database, &query).await;
        let row = rows.first().expect("one row");
        assert!(row["same"] == json!(true) && row["records"] != json!(0), "{schema}: {row:?}");
    }
}

const START: &str = "2026-03-02T10:00:00Z";

fn connection(second: u32, remote: &str, port: u32) -> Value {
    let (minute, second) = (second / 60, second % 60);
    json!({
        "Type": "DeviceNetworkEvents", "Timestamp": format!("2026-03-02T10:{minute:02}:{second:02}Z"), "DeviceName": "ws07.corp.example",
        "DeviceId": "d7", "ActionType": "ConnectionSuccess", "LocalIP": "10.0.0.7", "LocalPort": 50000, "RemoteIP": remote,
        "RemotePort": port, "RemoteUrl": "https://c2.example/a", "Protocol": "Tcp", "InitiatingProcessFolderPath": "C:\\x\\agent.exe",
        "InitiatingProcessId": 44, "InitiatingProcessAccountDomain": "corp", "InitiatingProcessAccountName": "ann", "ReportId": second
    })
}

/// The shape of a beaconing rule over network sessions: gaps between the sessions of one source, of which most are the same.
/// By hand: 25 sessions every two minutes leave 24 gaps of 120 s; the other pair's gaps all differ.
#[tokio::test]
async fn a_beacon_is_found_in_network_sessions() {
    let mut rows: Vec<Value> = (0..25).map(|at| connection(at * 120, "203.0.113.9", 8443)).collect();
    rows.extend((0..20).map(|at| {
        let mut other = connection(at * (at + 12), "198.51.100.4", 443);
        other["LocalIP"] = json!("10.0.0.8");
        other
    }));
    let (_folder, database) = exported(&rows).await;
    let rule = format!(
        "_Im_NetworkSession(starttime = datetime({START}), endtime = datetime({START}) + 1h)
         | where not(ipv4_is_private(DstIpAddr))
         | sort by SrcIpAddr asc, DstIpAddr asc, TimeGenerated asc
         | extend Gap = iff(next(SrcIpAddr) == SrcIpAddr and next(DstIpAddr) == DstIpAddr,
             datetime_diff('second', next(TimeGenerated), TimeGenerated), long(null))
         | where Gap > 10
         | summarize Sessions = count() by SrcIpAddr, DstIpAddr, DstPortNumber, Gap
         | summarize (Most, Seconds) = arg_max(Sessions, Gap), All = sum(Sessions) by SrcIpAddr, DstIpAddr, DstPortNumber
         | where All > 15 and 100.0 * Most / All > 80
         | project SrcIpAddr, DstIpAddr, DstPortNumber, Seconds, Most, All"
    );
    let found = json!([{"SrcIpAddr": "10.0.0.7", "DstIpAddr": "203.0.113.9", "DstPortNumber": 8443, "Seconds": 120, "Most": 24, "All": 24}]);
    check(&database, &rule, found).await;
    check(&database, &rule.replace("+ 1h", "+ 10m"), json!([])).await;
}

#[tokio::test]
async fn the_sides_of_a_connection_follow_its_direction() {
    let mut inbound = connection(1, "198.51.100.4", 60000);
    inbound["ActionType"] = json!("InboundConnectionAccepted");
    inbound["LocalPort"] = json!(3389);
    inbound["RemoteUrl"] = json!("");
    let (_folder, database) = exported(&[connection(0, "203.0.113.9", 8443), inbound]).await;
    check(
        &database,
        "_Im_NetworkSession | sort by TimeGenerated asc | project SrcIpAddr, DstIpAddr, DstPortNumber, SrcUsername, DstUsername, \
         SrcHostname, DstHostname, DstFQDN, NetworkDirection, NetworkProtocol, EventType, EventResult, EventSchema, Dvc, Src, Dst, IpAddr",
        json!([
            {"SrcIpAddr": "10.0.0.7", "DstIpAddr": "203.0.113.9", "DstPortNumber": 8443, "SrcUsername": "corp\\ann", "DstUsername": "",
             "SrcHostname": "ws07", "DstHostname": "c2", "DstFQDN": "c2.example", "NetworkDirection": "Outbound", "NetworkProtocol": "TCP",
             "EventType": "EndpointNetworkSession", "EventResult": "Success", "EventSchema": "NetworkSession", "Dvc": "ws07.corp.example",
             "Src": "10.0.0.7", "Dst": "203.0.113.9", "IpAddr": "10.0.0.7"},
            {"SrcIpAddr": "198.51.100.4", "DstIpAddr": "10.0.0.7", "DstPortNumber": 3389, "SrcUsername": "", "DstUsername": "corp\\ann",
             "SrcHostname": "", "DstHostname": "ws07", "DstFQDN": "ws07.corp.example", "NetworkDirection": "Inbound",
             "NetworkProtocol": "TCP", "EventType": "EndpointNetworkSession", "EventResult": "Success", "EventSchema": "NetworkSession",
             "Dvc": "ws07.corp.example", "Src": "198.51.100.4", "Dst": "10.0.0.7", "IpAddr": "198.51.100.4"}
        ]),
    )
    .await;
}

/// Each parameter keeps one of two sessions, or both.
#[tokio::test]
async fn network_sessions_are_filtered() {
    let mut failed = connection(60, "198.51.100.4", 443);
    failed["ActionType"] = json!("ConnectionFailed");
    failed["RemoteUrl"] = json!("www.site.example");
    failed["LocalIP"] = json!("192.168.1.5");
    let (_folder, database) = exported(&[connection(0, "203.0.113.9", 8443), failed]).await;
    for (arguments, ports) in [
        ("", json!([8443, 443])),
        ("starttime = datetime(2026-03-02T10:00:30Z)", json!([443])),
        ("endtime = datetime(2026-03-02T10:00:30Z)", json!([8443])),
        ("srcipaddr_has_any_prefix = dynamic(['10.'])", json!([8443])),
        ("dstipaddr_has_any_prefix = dynamic(['198.51.'])", json!([443])),
        ("dstipaddr_has_any_prefix = dynamic(['10.'])", json!([])),
        ("ipaddr_has_any_prefix = dynamic(['10.', '198.51.100.'])", json!([8443, 443])),
        ("dstportnumber = 443", json!([443])),
        ("hostname_has_any = dynamic(['c2.example'])", json!([8443])),
        ("hostname_has_any = dynamic(['nowhere.example'])", json!([])),
        ("eventresult = 'Failure'", json!([443])),
        ("dvcaction = dynamic(['Deny'])", json!([])),
    ] {
        let query = format!("_Im_NetworkSession({arguments}) | sort by TimeGenerated asc | project DstPortNumber");
        let rows: Vec<Value> =
            ask(&database, &query).await.into_iter().map(|row| row["DstPortNumber"].clone()).collect();
        assert_eq!(Value::Array(rows), ports, "{arguments}");
    }
    check(
        &database,
        "_Im_NetworkSession(ipaddr_has_any_prefix = dynamic(['10.', '198.51.100.'])) | sort by TimeGenerated asc | project ASimMatchingIpAddr",
        json!([{"ASimMatchingIpAddr": "SrcIpAddr"}, {"ASimMatchingIpAddr": "DstIpAddr"}]),
    )
    .await;
    check(&database, "imNetworkSession | count", json!([{"Count": 2}])).await;
    check(&database, "_Im_NetworkSession_Microsoft365Defender(disabled = true) | count", json!([{"Count": 0}])).await;
}
