//! What an estate knows besides its events: which device has which address, and what its reports stand for.

use std::path::PathBuf;
use std::sync::Arc;

use lake::{AggregatedReports, Data, IngestOptions, Options, Settings, ingest};
use serde_json::{Map, Value, json};

use crate::answers::{ask, open};
use crate::ingest::Place;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

fn with_assets(path: PathBuf) -> Settings {
    Settings { assets: Some(path), ..Settings::default() }
}

/// A connection that Zeek saw, from 10.0.0.7, and the name that it had asked for before.
fn zeek(second: u32) -> String {
    let answer = json!({"_path": "dns", "ts": 1_772_442_000 + second, "uid": "D1", "id.orig_h": "10.0.0.7", "id.orig_p": 5, "id.resp_h": "10.0.0.53",
        "id.resp_p": 53, "proto": "udp", "query": "c2.example", "qtype_name": "A", "rcode_name": "NOERROR", "answers": ["203.0.113.9"]});
    let connection = json!({"_path": "conn", "ts": 1_772_442_001 + second, "uid": "C1", "id.orig_h": "10.0.0.7", "id.orig_p": 50_000,
        "id.resp_h": "203.0.113.9", "id.resp_p": 443, "proto": "tcp", "conn_state": "SF"});
    format!("{answer}\n{connection}\n")
}

/// 1772442000 is 2026-03-02T09:00:00Z: ws07 has the address until ten, ws08 from then on.
const LEASES: &str = "\
Address,DeviceName,DeviceId,From,To
10.0.0.0/24,lab,,,
10.0.0.7,WS07.corp.example,,,2026-03-02T10:00:00Z
10.0.0.7,ws08,d8,2026-03-02T10:00:00Z,
10.0.0.53,dns1.corp.example,,,
nonsense,x,,,
";

const DEVICES: &str = "DeviceNetworkEvents | where ActionType == 'ConnectionSuccess' | sort by Timestamp asc
    | project DeviceName, DeviceId, LocalIP, RemoteUrl";

/// SHA-1 of `ws07.corp.example`, by `sha1sum`: the id that the events of the device itself have (Sysmon, Security).
const WS07: &str = "52d22f3eb61a23837a29f911d65b957275f146b0";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sensor_saw_has_the_name_of_its_device() {
    let place = Place::new();
    let assets = place.write("leases.csv", LEASES);
    let log = place.write("zeek.log", &(zeek(0) + &zeek(3_600)));
    let settings = with_assets(assets.clone());
    let data =
        Data::open(vec![log.clone()], vec![], Options { settings: settings.clone(), ..Options::default() }).await;
    let data = data.expect("opened");
    let account = data.summary.files.iter().find(|file| file.path.ends_with("leases.csv")).expect("an account");
    assert_eq!((account.records, account.bad), (4, 1));
    assert!(account.first_bad.as_ref().is_some_and(|bad| bad.reason.contains("`nonsense`")), "{account:?}");
    let files = Arc::new(data.database);
    let row = |name: &str, id: &str| {
        object(json!({"DeviceName": name, "DeviceId": id, "LocalIP": "10.0.0.7", "RemoteUrl": "c2.example"}))
    };
    let expected = [row("ws07.corp.example", WS07), row("ws08", "d8")];
    assert_eq!(ask(&files, DEVICES).await, expected);
    let hosts = "ASimNetworkSessionLogs | sort by TimeGenerated asc | distinct SrcIpAddr, SrcHostname, DstHostname";
    let host = |name: &str| object(json!({"SrcIpAddr": "10.0.0.7", "SrcHostname": name, "DstHostname": ""}));
    assert_eq!(ask(&files, hosts).await, [host("ws07"), host("ws08")]);
    // In a lake they are stored so.
    let options = IngestOptions { settings, ..IngestOptions::default() };
    let ingested = ingest(&place.lake(), vec![log.clone()], options).await.expect("ingested");
    assert_eq!(ingested.summary.bad_count(), 1);
    assert_eq!(ask(&place.database().await, DEVICES).await, expected);
    // Without the map, the device is its address.
    let plain = open(vec![log], vec![], Options::default()).await;
    assert_eq!(ask(&plain, DEVICES).await[0]["DeviceName"], json!("10.0.0.7"));
}

/// Suricata and firewalls name the local side as Zeek does; a device that names itself stays what it is.
#[tokio::test]
async fn every_sensor_and_no_device_that_names_itself() {
    let place = Place::new();
    let settings =
        Settings { cef_to_device: true, ..with_assets(place.write("a.csv", "Address,DeviceName\n10.0.0.0/8,named\n")) };
    place.write(
        "logs/suricata.json",
        r#"{"timestamp":"2026-03-02T09:00:00Z","event_type":"flow","flow_id":1,"src_ip":"10.0.0.1","src_port":1,"dest_ip":"203.0.113.2","dest_port":2,"proto":"TCP","flow":{"state":"closed"}}"#,
    );
    place.write(
        "logs/cef.log",
        "CEF:0|Edge|Wall|1|7|allow|3|src=10.0.0.2 dst=203.0.113.3 spt=1 dpt=2 proto=TCP act=allow rt=1772442000000\n",
    );
    let own = json!({"Timestamp": "2026-03-02T09:00:00Z", "DeviceId": "d3", "DeviceName": "self.example", "ActionType": "ConnectionSuccess",
        "LocalIP": "10.0.0.3", "RemoteIP": "203.0.113.4", "RemotePort": 1});
    place.write("logs/own.json", &own.to_string());
    let database = open(vec![place.path("logs")], vec![], Options { settings, ..Options::default() }).await;
    let names = ask(&database, "DeviceNetworkEvents | sort by LocalIP asc | project DeviceName, LocalIP").await;
    let names: Vec<(&str, &str)> =
        names.iter().filter_map(|row| Some((row["DeviceName"].as_str()?, row["LocalIP"].as_str()?))).collect();
    assert_eq!(names, [("named", "10.0.0.1"), ("named", "10.0.0.2"), ("self.example", "10.0.0.3")]);
}

#[tokio::test]
async fn a_map_that_is_not_there_is_an_error() {
    let place = Place::new();
    let settings = with_assets(place.path("nowhere.csv"));
    let error = Data::open(vec![], vec![], Options { settings, ..Options::default() }).await.expect_err("no map");
    assert!(error.to_string().contains("nowhere.csv"), "{error}");
}

fn report(action: &str, id: u32, count: &Value) -> String {
    json!({"Timestamp": "2026-03-02T09:00:00Z", "DeviceId": "d7", "DeviceName": "ws07", "ActionType": action, "ReportId": id,
        "RemoteIP": "203.0.113.9", "RemotePort": 443, "AdditionalFields": json!({"uniqueEventsAggregated": count, "x": "y"}).to_string()})
    .to_string()
        + "\n"
}

fn expanding() -> Settings {
    Settings { aggregated_reports: AggregatedReports::Expand, ..Settings::default() }
}

/// What a report counts comes beside it, under the plain name, all of one time and marked; the report itself stays as it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_becomes_the_rows_that_it_counts() {
    let place = Place::new();
    let log = place.write(
        "rows.json",
        &[
            report("ConnectionSuccessAggregatedReport", 7, &json!(3)),
            report("ConnectionFailedAggregatedReport", 8, &json!("2")),
            report("ConnectionSuccess", 9, &json!(5)),
            report("ConnectionFailedAggregatedReport", 10, &json!("many")),
            report("ConnectionFailedAggregatedReport", 11, &json!(-1)),
        ]
        .concat(),
    );
    let options = IngestOptions { settings: expanding(), ..IngestOptions::default() };
    let ingested = ingest(&place.lake(), vec![log.clone()], options).await.expect("ingested");
    assert_eq!(ingested.summary.warnings, Vec::<String>::new());
    let files = open(vec![log], vec![], Options { settings: expanding(), ..Options::default() }).await;
    for database in [files, place.database().await] {
        let counts = "DeviceNetworkEvents | summarize n = count(), times = dcount(Timestamp) by ActionType | sort by ActionType asc";
        let row = |action: &str, n: u32| object(json!({"ActionType": action, "n": n, "times": 1}));
        assert_eq!(
            ask(&database, counts).await,
            [
                row("ConnectionFailed", 2),
                row("ConnectionFailedAggregatedReport", 3),
                row("ConnectionSuccess", 4),
                row("ConnectionSuccessAggregatedReport", 1)
            ]
        );
        let marked = "DeviceNetworkEvents | where tobool(AdditionalFields.expandedFromReport) and ActionType == 'ConnectionSuccess'
            | sort by tolong(AdditionalFields.reportedEvent) asc | project Timestamp, ReportId, RemoteIP, AdditionalFields";
        let row = |number: u32| {
            object(
                json!({"Timestamp": "2026-03-02T09:00:00.0000000Z", "ReportId": 7, "RemoteIP": "203.0.113.9", "AdditionalFields":
                {"x": "y", "expandedFromReport": true, "reportId": 7, "reportedEvents": 3, "reportedEvent": number}}),
            )
        };
        assert_eq!(ask(&database, marked).await, [row(1), row(2), row(3)]);
        let distinct = "DeviceNetworkEvents | where ActionType == 'ConnectionSuccess' | extend AdditionalFields = tostring(AdditionalFields)
            | distinct * | count";
        assert_eq!(ask(&database, distinct).await[0]["Count"], json!(4));
    }
}

#[tokio::test]
async fn a_report_of_very_many_events_is_cut_and_that_is_said() {
    let place = Place::new();
    let log = place.write("rows.json", &report("ConnectionSuccessAggregatedReport", 7, &json!(10_001)));
    let data =
        Data::open(vec![log], vec![], Options { settings: expanding(), ..Options::default() }).await.expect("opened");
    assert_eq!(data.summary.warnings.len(), 1);
    assert!(data.summary.warnings[0].contains("1 aggregated report") && data.summary.warnings[0].contains("10000"));
    let database = Arc::new(data.database);
    let query = "DeviceNetworkEvents | where ActionType == 'ConnectionSuccess'
        | summarize count(), max(tolong(AdditionalFields.reportedEvents))";
    let expected = object(json!({"count_": 10_000, "max_": 10_001}));
    assert_eq!(ask(&database, query).await[0].values().collect::<Vec<_>>(), expected.values().collect::<Vec<_>>());
    // Two hundred reports of the most that one may have are the most that all may have; one more is refused.
    let reports: String = (0..201).map(|id| report("ConnectionSuccessAggregatedReport", id, &json!(10_000))).collect();
    let log = place.write("rows.json", &reports);
    let error = Data::open(vec![log], vec![], Options { settings: expanding(), ..Options::default() }).await;
    let error = error.expect_err("too many").to_string();
    assert!(error.contains("aggregated_reports=expand") && error.contains("2000000"), "{error}");
}

/// A start that was made of a report is no start that another row may learn from: there would be as many as the report counts.
#[tokio::test(flavor = "multi_thread")]
async fn made_rows_tell_nothing() {
    let place = Place::new();
    let start = json!({"Timestamp": "2026-03-02T09:00:00Z", "DeviceId": "d7", "DeviceName": "ws07", "ActionType": "ProcessCreatedAggregatedReport",
        "ReportId": 1, "ProcessId": 7, "ProcessCreationTime": "2026-03-02T09:00:00Z", "FileName": "a.exe", "ProcessCommandLine": "a -x",
        "AdditionalFields": {"uniqueEventsAggregated": 4}});
    let later = json!({"Timestamp": "2026-03-02T09:30:00Z", "DeviceId": "d7", "DeviceName": "ws07", "ActionType": "ConnectionSuccess",
        "RemoteIP": "203.0.113.9", "RemotePort": 443, "InitiatingProcessId": 7, "InitiatingProcessFileName": "a.exe"});
    for (name, text) in [("start.json", start), ("later.json", later)] {
        let log = place.write(name, &text.to_string());
        let options = IngestOptions { settings: expanding(), ..IngestOptions::default() };
        ingest(&place.lake(), vec![log], options).await.expect("ingested");
    }
    let database = place.database().await;
    let counts = "DeviceProcessEvents | summarize n = count() by ActionType | sort by ActionType asc | project n";
    let counts: Vec<Value> = ask(&database, counts).await.iter().map(|row| row["n"].clone()).collect();
    assert_eq!(counts, [json!(4), json!(1)]);
    let line = ask(&database, "DeviceNetworkEvents | project InitiatingProcessCommandLine").await;
    assert_eq!(line, [object(json!({"InitiatingProcessCommandLine": "a -x"}))]);
}

/// Parquet is scanned where it lies; in a lake its rows are like any others.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_in_place_stays_as_it_is_and_that_is_said() {
    let place = Place::new();
    let log = place.write("rows.json", &report("ConnectionSuccessAggregatedReport", 7, &json!(3)));
    ingest(&place.lake(), vec![log], IngestOptions::default()).await.expect("ingested");
    let day = place.path("lake/DeviceNetworkEvents/_date=2026-03-02");
    let options = || Options { settings: expanding(), ..Options::default() };
    let data = Data::open(vec![day.clone()], vec![], options()).await.expect("opened");
    assert!(
        data.summary.warnings[0].contains("aggregated_reports changes no rows of Parquet"),
        "{:?}",
        data.summary.warnings
    );
    let count = "DeviceNetworkEvents | where ActionType == 'ConnectionSuccess' | count";
    assert_eq!(ask(&Arc::new(data.database), count).await[0]["Count"], json!(0));
    let other = Place::new();
    let options = IngestOptions { settings: expanding(), ..IngestOptions::default() };
    ingest(&other.lake(), vec![day], options).await.expect("ingested");
    assert_eq!(ask(&other.database().await, count).await[0]["Count"], json!(3));
    assert_eq!(
        Data::open(vec![], vec![], Options { settings: expanding(), ..Options::default() })
            .await
            .expect("opened")
            .summary
            .warnings,
        Vec::<String>::new()
    );
}
