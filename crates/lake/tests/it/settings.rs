//! What an estate decides, and content of the user's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Content, Data, DocNets, Options, Settings, Sysmon3};
use serde_json::{Map, Value, json};

use crate::answers::{ask, open};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources/sysmon/sample.xml")
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// The outbound Sysmon 3 of the sample goes to 203.0.113.9, a documentation network.
#[tokio::test]
async fn settings_change_what_a_source_makes() {
    let settings = Settings { sysmon3: Sysmon3::ConnectionRequest, doc_nets: DocNets::Reserved, ..Settings::default() };
    let database = open(vec![sample()], vec![], Options { settings, ..Options::default() }).await;
    let query = "DeviceNetworkEvents | order by ReportId asc | project ActionType, RemoteIPType";
    let row = |action: &str, kind: &str| object(json!({"ActionType": action, "RemoteIPType": kind}));
    assert_eq!(
        ask(&database, query).await,
        [row("ConnectionRequest", "Reserved"), row("InboundConnectionAccepted", "Private")]
    );
}

/// The first two records of CEF's sample and its LEEF record have both addresses; the directions follow from which of them is private.
#[tokio::test]
async fn what_a_firewall_logs_is_a_connection_where_the_setting_says_so() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/sources/cef/sample.log");
    let settings = Settings { cef_to_device: true, ..Settings::default() };
    let database = open(vec![sample.clone()], vec![], Options { settings, ..Options::default() }).await;
    let query = "DeviceNetworkEvents | order by Timestamp asc
        | project ActionType, DeviceName, LocalPort, RemoteIP, RemotePort, RemoteUrl, RemoteIPType, Protocol, Source = AdditionalFields._source";
    let rows = ask(&database, query).await;
    assert_eq!(
        rows,
        [
            object(
                json!({"ActionType": "ConnectionSuccess", "DeviceName": "10.20.0.7", "LocalPort": 50100, "RemoteIP": "203.0.113.9", "RemotePort": 443,
                "RemoteUrl": "https://files.example.org/a?b=1&c=2", "RemoteIPType": "Public", "Protocol": "Tcp", "Source": "cef/Edge|Wall"})
            ),
            object(
                json!({"ActionType": "ConnectionFailed", "DeviceName": "10.20.0.8", "LocalPort": 22, "RemoteIP": "198.51.100.77", "RemotePort": 40000,
                "RemoteUrl": "", "RemoteIPType": "Public", "Protocol": "Tcp", "Source": "cef/Edge|Wall"})
            ),
            object(
                json!({"ActionType": "NetworkConnectionObserved", "DeviceName": "10.20.0.9", "LocalPort": 50200, "RemoteIP": "203.0.113.10",
                "RemotePort": 80, "RemoteUrl": "http://bad.example.net/x", "RemoteIPType": "Public", "Protocol": "Tcp", "Source": "leef/Proxy"})
            ),
        ]
    );
    let without = open(vec![sample], vec![], Options::default()).await;
    assert_eq!(ask(&without, "DeviceNetworkEvents | count").await, [object(json!({"Count": 0}))]);
}

/// A source of the user's own, for a table of the user's own, beside those of the program.
#[tokio::test]
async fn a_folder_adds_a_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("tables/Pipes_CL.yaml", "columns:\n- TimeGenerated: datetime\n- Pipe: string\n");
    write("sources/pipes/source.yaml", "summary: Pipes\nurl: https://example.org\nstream: windows-events\n");
    write(
        "sources/pipes/Pipes_CL.kql",
        "source | where EventID == 17 | project TimeGenerated = TimeCreated, Pipe = tostring(EventData.PipeName)",
    );
    let content = || Some(Arc::new(Content::with_folder(folder.path()).expect("the folder is there")));
    let database = open(vec![sample()], vec![], Options { content: content(), ..Options::default() }).await;
    assert_eq!(ask(&database, "Pipes_CL | project Pipe").await, [object(json!({"Pipe": "\\example"}))]);
    assert_eq!(ask(&database, "DeviceProcessEvents | count").await, [object(json!({"Count": 2}))]);

    for (flow, said) in [
        ("source | project Pipe = EventID", "`Pipe` is int, and string in `Pipes_CL`"),
        ("source | project Tube = Channel", "`Tube` is not a column of `Pipes_CL`"),
        ("source | project Pipe = Chanel", "Chanel"),
    ] {
        write("sources/pipes/Pipes_CL.kql", flow);
        let options = Options { content: content(), ..Options::default() };
        let error = Data::open(vec![sample()], vec![], options).await.expect_err("the flow is wrong").to_string();
        assert!(error.starts_with("content/sources/pipes/Pipes_CL.kql: ") && error.contains(said), "{error}");
    }
}
