//! Windows events as collectors write them in JSON and XML. Expected fields are read off the input by eye.

use lake::record::Stream;
use serde_json::{Value, json};

use super::{Read, read_files, unix};

/// Reads one event, and gives its row and its `EventData`.
fn event(text: &str) -> (Value, Value) {
    let read = read_files(&[("a", text.as_bytes())]);
    let rows = read.rows(&Stream::WindowsEvents);
    assert_eq!(rows.len(), 1, "{:?}", read.summary);
    let mut row = rows[0].clone();
    let data = row.remove("EventData").expect("always there");
    row.remove("File");
    let data = serde_json::from_str(data.as_str().expect("text")).expect("JSON");
    (Value::Object(row), data)
}

/// 2020-09-20T01:17:04Z is Unix time 1600564624.
const SECONDS: i64 = 1_600_564_624;

#[test]
fn evtx_dump() {
    let (row, data) = event(
        r##"{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon","Guid":"g"}},"EventID":13,"Version":2,"Level":4,"Task":13,"Opcode":0,"Keywords":"0x8000000000000000","TimeCreated":{"#attributes":{"SystemTime":"2020-09-20T01:17:04.869000Z"}},"EventRecordID":77,"Correlation":null,"Execution":{"#attributes":{"ProcessID":3392,"ThreadID":5552}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"pc1","Security":{"#attributes":{"UserID":"S-1-5-18"}}},"EventData":{"EventType":"SetValue","ProcessId":428,"Details":null}}}"##,
    );
    assert_eq!(
        row,
        json!({"TimeCreated": unix(SECONDS) + 8_690_000, "Provider": "Microsoft-Windows-Sysmon", "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "pc1", "EventID": 13, "Version": 2, "Level": 4, "Task": 13, "Opcode": 0, "Keywords": "0x8000000000000000",
            "EventRecordID": 77, "ProcessID": 3392, "ThreadID": 5552, "UserID": "S-1-5-18", "Message": "", "Offset": 0})
    );
    assert_eq!(data, json!({"EventType": "SetValue", "ProcessId": "428", "Details": ""}));
}

#[test]
fn evtx_dump_with_unnamed_data_qualifiers_and_user_data() {
    let (row, data) = event(
        r##"{"Event":{"System":{"Provider_attributes":{"Name":"P"},"EventID":{"#attributes":{"Qualifiers":16384},"#text":7036},"Channel":"System","Computer":"pc1","TimeCreated_attributes":{"SystemTime":"2020-09-20T01:17:04Z"}},"EventData":{"Data":{"#text":["one","two"]}},"UserData":{"LogFileCleared":{"#attributes":{"xmlns":"y"},"SubjectUserName":"bob"}}}}"##,
    );
    assert_eq!(
        (&row["EventID"], &row["Provider"], &row["TimeCreated"]),
        (&json!(7036), &json!("P"), &json!(unix(SECONDS)))
    );
    assert_eq!(data, json!({"Data": "one", "Data1": "two", "SubjectUserName": "bob"}));
}

#[test]
fn winlogbeat_nested_and_dotted() {
    let nested = r#"{"@timestamp":"2020-09-20T01:17:04.000Z","message":"Network connection detected","host":{"name":"pc1"},"event":{"code":"3"},"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","event_id":"3","computer_name":"pc1","record_id":5,"version":5,"task":"Network connection detected (rule: NetworkConnect)","process":{"pid":1,"thread":{"id":2}},"user":{"identifier":"S-1-5-18"},"event_data":{"Image":"C:\\a.exe","DestinationPort":"443"}}}"#;
    let dotted = r#"{"@timestamp":"2020-09-20T01:17:04.000Z","message":"Network connection detected","event.code":"3","winlog.channel":"Microsoft-Windows-Sysmon/Operational","winlog.provider_name":"Microsoft-Windows-Sysmon","winlog.event_id":3,"winlog.computer_name":"pc1","winlog.record_id":5,"winlog.version":5,"winlog.process.pid":1,"winlog.process.thread.id":2,"winlog.user.identifier":"S-1-5-18","winlog.event_data.Image":"C:\\a.exe","winlog.event_data.DestinationPort":"443"}"#;
    let (row, data) = event(nested);
    assert_eq!((row.clone(), data.clone()), event(dotted));
    assert_eq!(
        row,
        json!({"TimeCreated": unix(SECONDS), "Provider": "Microsoft-Windows-Sysmon", "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "pc1", "EventID": 3, "Version": 5, "Keywords": "", "EventRecordID": 5, "ProcessID": 1, "ThreadID": 2,
            "UserID": "S-1-5-18", "Message": "Network connection detected", "Offset": 0})
    );
    assert_eq!(data, json!({"Image": "C:\\a.exe", "DestinationPort": "443"}));
}

/// The words of levels are Windows' own five; those of tasks are the provider's.
#[test]
fn winlogbeat_six_and_levels() {
    let (row, data) = event(
        r#"{"@timestamp":"2020-09-20T01:17:04.000Z","beat":{"name":"pc1"},"log_name":"security","source_name":"P","event_id":4625,"computer_name":"pc1","record_number":"5","level":"Information","task":"Logon","keywords":["Audit Failure"],"process_id":4,"thread_id":8,"event_data":{"TargetUserName":"x"},"message":"m"}"#,
    );
    assert_eq!(
        row,
        json!({"TimeCreated": unix(SECONDS), "Provider": "P", "Channel": "Security", "Computer": "pc1", "EventID": 4625, "Level": 4,
            "Keywords": "Audit Failure", "EventRecordID": 5, "ProcessID": 4, "ThreadID": 8, "UserID": "", "Message": "m", "Offset": 0})
    );
    assert_eq!(data, json!({"TargetUserName": "x"}));
    let (row, _) = event(r#"{"winlog":{"channel":"C","event_id":1},"log":{"level":"error"}}"#);
    assert_eq!(row["Level"], 2);
}

/// NXLog: local `EventTime`, signed keywords, its own fields beside the event's, and an `EventType` that is the event's for Sysmon 12 to 14.
#[test]
fn nxlog() {
    let (row, data) = event(
        r#"{"Keywords":-9223372036854775808,"SeverityValue":2,"Severity":"INFO","EventID":12,"ProviderGuid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","ExecutionProcessID":3392,"host":"wec","Channel":"Microsoft-Windows-Sysmon/Operational","UserID":"S-1-5-18","AccountType":"User","AccountName":"SYSTEM","Domain":"NT AUTHORITY","ThreadID":5552,"EventType":"CreateKey","EventTypeOrignal":"INFO","EventReceivedTime":"2020-09-19 21:17:07","Opcode":"Info","OpcodeValue":0,"EventTime":"2020-09-19 21:17:04","@timestamp":"2020-09-20T01:17:04.000Z","@version":"1","SourceModuleType":"im_msvistalog","SourceModuleName":"eventlog","port":64545,"RecordNumber":2581832,"Task":12,"SourceName":"Microsoft-Windows-Sysmon","Version":2,"Image":"C:\\a.exe","Category":"Registry","Hostname":"pc1","tags":["x"],"Message":"m"}"#,
    );
    assert_eq!(
        row,
        json!({"TimeCreated": unix(SECONDS), "Provider": "Microsoft-Windows-Sysmon", "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "pc1", "EventID": 12, "Version": 2, "Task": 12, "Opcode": 0, "Keywords": "0x8000000000000000", "EventRecordID": 2581832,
            "ProcessID": 3392, "ThreadID": 5552, "UserID": "S-1-5-18", "Message": "m", "Offset": 0})
    );
    assert_eq!(data, json!({"EventType": "CreateKey", "Image": "C:\\a.exe"}));
}

/// The names are those of the event's manifest: 5156 has `ProcessID`, and NXLog writes `ProcessId` in its place.
#[test]
fn the_process_of_5156() {
    let from = |text: &str| event(text).1;
    let nxlog = r#"{"EventID":5156,"Channel":"security","SourceModuleType":"im_msvistalog","Hostname":"pc1","SourceName":"S","EventType":"AUDIT_SUCCESS","ProcessId":"1648","ExecutionProcessID":4}"#;
    let plain = r#"{"EventID":5156,"Channel":"Security","Hostname":"pc1","SourceName":"S","Level":"0","TimeCreated":"2020-09-20T01:17:04Z","ProcessID":"1648"}"#;
    assert_eq!(from(nxlog), json!({"ProcessID": "1648"}));
    assert_eq!(from(plain), json!({"ProcessID": "1648"}));
    assert_eq!(event(nxlog).0["Channel"], "Security");
    assert_eq!((&event(plain).0["Level"], &event(plain).0["TimeCreated"]), (&json!(0), &json!(unix(SECONDS))));
}

#[test]
fn xml_export() {
    let one = |id: u32| {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID>{id}</EventID><TimeCreated SystemTime='2020-09-20T01:17:04Z'/><Channel>C</Channel><Computer>pc1</Computer></System><EventData><Data Name='A'>a &amp; b</Data></EventData></Event>"
        )
    };
    let text = format!("<?xml version=\"1.0\"?>\r\n<Events>{}\r\n{}</Events>", one(1), one(2));
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let lines = format!("{}\n{}\n<Event><System></Event>\n", one(1), one(2));
    let ids = |read: &Read, name: &str| {
        let rows = read.rows(&Stream::WindowsEvents);
        let rows = rows.into_iter().filter(|row| row["File"].as_str().is_some_and(|file| file.ends_with(name)));
        rows.map(|row| (row["EventID"].clone(), row["EventData"].clone())).collect::<Vec<_>>()
    };
    let read = read_files(&[("a.xml", text.as_bytes()), ("b.xml", &utf16), ("c", lines.as_bytes())]);
    let expected = vec![(json!(1), json!("{\"A\":\"a & b\"}")), (json!(2), json!("{\"A\":\"a & b\"}"))];
    for name in ["a.xml", "b.xml", "/c"] {
        assert_eq!(ids(&read, name), expected, "{name}");
    }
    assert_eq!(read.summary.bad_count(), 1);
}

#[test]
fn a_hit_of_elasticsearch_is_its_source() {
    let (row, _) = event(r#"{"_index":"i","_source":{"EventID":1,"Channel":"C","Hostname":"pc1","SourceName":"P"}}"#);
    assert_eq!((&row["EventID"], &row["Computer"]), (&json!(1), &json!("pc1")));
}

/// A row exported from Sentinel's `WindowsEvent` is the event that it was, whether its fields are JSON or the text of it.
#[test]
fn a_row_of_the_windows_event_table() {
    for data in [json!({"Image": "a.exe", "ProcessId": "7"}), json!(r#"{"Image":"a.exe","ProcessId":"7"}"#)] {
        let text = json!({"TimeGenerated": "2020-09-20T01:17:04Z", "Provider": "Microsoft-Windows-Sysmon",
            "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "pc1", "Task": 1, "EventLevel": 4,
            "EventData": data, "EventID": 3, "Type": "WindowsEvent"});
        let (row, data) = event(&text.to_string());
        assert_eq!(
            (&row["EventID"], &row["Provider"], &row["Computer"], &row["Level"], &row["TimeCreated"]),
            (&json!(3), &json!("Microsoft-Windows-Sysmon"), &json!("pc1"), &json!(4), &json!(unix(SECONDS)))
        );
        assert_eq!(data, json!({"Image": "a.exe", "ProcessId": "7"}));
    }
}
