//! Logs of one record a line: what a line is, what a file's own facts add, and what hostile lines cost. Expected fields are read off by eye.

use std::fs::File;
use std::io::{Cursor, Write};
use std::time::{Duration, SystemTime};

use flate2::{Compression, GzBuilder};
use lake::open::Options;
use lake::record::Stream;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Collected, folder_of, read_files, read_files_with, read_paths, unix};

/// 2026-03-02T09:00:00Z is Unix time 1772442000.
const SECONDS: i64 = 1_772_442_000;

const LINE: &str = "<13>1 2026-03-02T09:00:00Z web01 app 7 - - text";

/// The file was changed on 2026-03-02, one second after its first line was written; its second line is of the December before.
#[test]
fn a_time_without_a_year_is_the_last_before_the_file_changed() {
    let folder = folder_of(&[("a", b"Mar  2 09:00:00 web01 app[7]: x\nDec 31 09:00:00 web01 app[7]: x\n")]);
    let path = folder.path().join("a");
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(SECONDS.unsigned_abs() + 1);
    File::options().write(true).open(&path).and_then(|file| file.set_modified(changed)).expect("its time is set");
    let mut collected = Collected::default();
    let summary = read_paths(&[path], &mut collected).expect("it is read");
    let times: Vec<&Value> = collected.rows.iter().map(|(_, row)| &row["Timestamp"]).collect();
    assert_eq!(times, [&json!(unix(SECONDS)), &json!(unix(SECONDS - 61 * 86_400))]);
    assert!(summary.files[0].notes[0].starts_with("times have no year"), "{summary:?}");
}

/// A line of 2 March in an archive that was made on 1 June 2024, whose own file is younger; where the entry tells no time, the file's counts.
#[test]
fn a_time_without_a_year_in_an_archive() {
    let line = b"Mar  2 09:00:00 web01 app[7]: x\n";
    // 2024-06-01T00:00:00Z is Unix time 1717200000.
    let gzip = {
        let mut encoder = GzBuilder::new().mtime(1_717_200_000).write(Vec::new(), Compression::default());
        encoder.write_all(line).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    };
    let tar = {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(line.len() as u64);
        header.set_mtime(1_717_200_000);
        builder.append_data(&mut header, "in", line.as_slice()).expect("memory takes all");
        builder.into_inner().expect("memory takes all")
    };
    let zip = |options: SimpleFileOptions| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("in", options).expect("a new entry");
        writer.write_all(line).expect("memory takes all");
        writer.finish().expect("memory takes all").into_inner()
    };
    let told = zip::DateTime::from_date_and_time(2024, 6, 1, 0, 0, 0).expect("a time");
    let zips = [zip(SimpleFileOptions::default().last_modified_time(told)), zip(SimpleFileOptions::default())];
    let read = |bytes: &[u8]| {
        let folder = folder_of(&[("a", bytes)]);
        let path = folder.path().join("a");
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(SECONDS.unsigned_abs() + 1);
        File::options().write(true).open(&path).and_then(|file| file.set_modified(changed)).expect("its time is set");
        let mut collected = Collected::default();
        read_paths(&[path], &mut collected).expect("it is read");
        collected.rows[0].1["Timestamp"].clone()
    };
    // 2024-03-02T09:00:00Z is Unix time 1709370000.
    for bytes in [&gzip, &tar, &zips[0]] {
        assert_eq!(read(bytes), json!(unix(1_709_370_000)));
    }
    assert_eq!(read(&zips[1]), json!(unix(SECONDS)));
}

/// Tables and XML may hold lines of syslog in their cells and elements, and stay what they are.
#[test]
fn lines_inside_something_else() {
    let csv = "Timestamp,DeviceName,ActionType,RemoteIP\n2026-03-02,\"x\nMar  2 09:00:00 web01 app[7]: y\",ConnectionSuccess,192.0.2.1\n";
    let xml = "<Event><System><EventID>1</EventID><Channel>C</Channel></System><EventData><Data Name=\"A\">\nMar  2 09:00:00 web01 app[7]: y\n</Data></EventData></Event>";
    let read = read_files(&[("a.csv", csv.as_bytes()), ("a.xml", xml.as_bytes())]);
    assert_eq!(read.table("DeviceNetworkEvents").len(), 1);
    assert_eq!(read.rows(&Stream::WindowsEvents).len(), 1);
    assert!(read.rows(&Stream::Syslog).is_empty());
}

/// One file, four kinds of line; the event as XML is an event and a message.
#[test]
fn each_line_is_told_by_itself() {
    let event = "<Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>5</EventID><Channel>Linux-Sysmon/Operational</Channel><Computer>web01</Computer></System><EventData><Data Name=\"Image\">/usr/bin/id</Data></EventData></Event>";
    let text = [
        LINE,
        "CEF:0|v|p|1|7|n|3|src=192.0.2.1",
        "<13>Mar  2 2026 09:00:00 fw LEEF:1.0|v|p|1|7|src=192.0.2.1\tdst=192.0.2.2",
        &format!("<14>Mar  2 2026 09:00:00 web01 sysmon: {event}"),
        &format!("<14>Mar  2 2026 09:00:00 web01 sysmon: {}", &event[..40]),
        "half a li",
    ];
    let read = read_files(&[("a", text.join("\r\n").as_bytes())]);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (5, 1), "{file:?}");
    assert_eq!(file.notes, ["messages that hold half an event as XML are in Syslog only"]);
    let (syslog, cef) = (read.rows(&Stream::Syslog), read.rows(&Stream::Cef));
    assert_eq!((syslog.len(), cef.len(), read.rows(&Stream::WindowsEvents).len()), (3, 2, 1));
    assert_eq!((&cef[1]["HeaderTime"], &cef[1]["HeaderHost"]), (&json!(unix(SECONDS)), &json!("fw")));
    assert_eq!((&cef[1]["SourceIP"], &cef[1]["DestinationIP"]), (&json!("192.0.2.1"), &json!("192.0.2.2")));
    assert_eq!(syslog[1]["Message"], json!(event));
}

/// What is before the first key is no value, `=` in a value needs no backslash before a key could be meant, and a key that comes twice counts once.
#[test]
fn extensions_of_cef() {
    let text = r"CEF:0|v|p|1|7|n|3|lost a=1 msg=x \= y\\z\| request=http://h/?q=1&r=2 src=192.0.2.1 src=192.0.2.2 own=ü v cnt=x";
    let read = read_files(&[("a", text.as_bytes())]);
    let row = &read.rows(&Stream::Cef)[0];
    assert_eq!(row["Message"], r"x = y\z|");
    assert_eq!((&row["RequestURL"], &row["SourceIP"]), (&json!("http://h/?q=1&r=2"), &json!("192.0.2.1")));
    assert_eq!(row["AdditionalExtensions"], "a=1;own=ü v");
    assert_eq!(row.get("EventCount"), None);
    assert_eq!(read.file("a").notes, ["1 value of CommonSecurityLog.EventCount does not fit its type and is null"]);
}

#[test]
fn separators_of_leef() {
    let lines = [
        "LEEF:1.0|v|p|1|7|src=192.0.2.1\tmsg=a b",
        "LEEF:2.0|v|p|1|7|^|src=192.0.2.1^msg=a b",
        "LEEF:2.0|v|p|1|7|0x5E|src=192.0.2.1^msg=a b",
        "LEEF:2.0|v|p|1|7||src=192.0.2.1\tmsg=a b",
        "LEEF:2.0|v|p|1|7|src=192.0.2.1\tmsg=a b",
    ];
    let read = read_files(&[("a", lines.join("\n").as_bytes())]);
    for row in read.rows(&Stream::Cef) {
        assert_eq!(
            (&row["SourceIP"], &row["Message"], &row["LogSeverity"]),
            (&json!("192.0.2.1"), &json!("a b"), &json!(""))
        );
    }
    assert_eq!(read.rows(&Stream::Cef).len(), lines.len());
}

/// Dates that are none, or at the ends of what there is; ports past 65535; ten thousand keys; a line past the limit; bytes that are not UTF-8.
#[test]
fn hostile_lines_cost_only_themselves() {
    let keys: String = (0..10_000).map(|at| format!(" k{at}=v")).collect();
    let long = LINE.replace("text", &"x".repeat(400_000));
    let mut bytes = format!(
        "{LINE}\n<13>1 1601-01-01T00:00:00Z h a - - - x\n<13>1 9999-12-31T23:59:59Z h a - - - x\n<13>1 2026-02-30T00:00:00Z h a - - - x\n\
         <13>Feb 30 2026 00:00:00 h a: x\n<999>1 2026-03-02T09:00:00Z h a - - - x\nCEF:0|v|p|1|7|n|3|spt=65536 dpt=-1 cnt=99999999999{keys}\n\
         CEF:0|v|p|1|7|n\nLEEF:1.0|v|p\n{long}\n<13>1 2026-03-02T09:00:00Z h a - - [x\n"
    )
    .into_bytes();
    bytes.extend_from_slice(b"<13>1 2026-03-02T09:00:00Z h a - - - \xFF\xFE\n");
    bytes.extend_from_slice(LINE.as_bytes());
    let options = Options { record_bytes_max: 200_000, ..Options::default() };
    let read = read_files_with(&[("a", &bytes)], &options);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (9, 4), "{file:?}");
    let times: Vec<Value> =
        read.rows(&Stream::Syslog).iter().map(|row| row.get("Timestamp").cloned().unwrap_or_default()).collect();
    // 1601-01-01 is 584388 days after 0001-01-01; the last second of 9999 is one before .NET's DateTime.MaxValue is over.
    let (first, last) = (json!(584_388_i64 * 864_000_000_000), json!(3_155_378_975_990_000_000_i64));
    let now = json!(unix(SECONDS));
    assert_eq!(times, [now.clone(), first, last, Value::Null, Value::Null, now.clone(), now.clone(), now]);
    let cef = &read.rows(&Stream::Cef)[0];
    assert_eq!((cef.get("SourcePort"), cef.get("DestinationPort"), cef.get("EventCount")), (None, None, None));
    assert_eq!(cef["AdditionalExtensions"].as_str().map(str::len), Some(keys.len() - 1));
    assert!(file.notes.iter().any(|note| note.contains("not UTF-8")), "{file:?}");
}

/// What a W3C log's header does not explain is counted: too few fields, no time, a header of something else than a web log, none at all.
#[test]
fn w3c_lines_that_do_not_fit_are_counted() {
    let fields = "#Fields: time c-ip cs-method cs-uri";
    let web = format!(
        "#Software: X\n#Date: 2026-03-02 08:00:00\n{fields}\n09:00:00 192.0.2.1 GET \"http://h/a \"\"b\"\"\"\n09:00:00 192.0.2.1 GET\n\
         25:00:00 192.0.2.1 GET http://h/\n- 192.0.2.1 GET http://h/\n\n09:00:00 192.0.2.1 GET \"http://h/\n"
    );
    let undated = format!("{fields}\n09:00:00 192.0.2.1 GET http://h/\n");
    let firewall =
        "#Version: 1.5\n#Fields: date time action src-ip dst-ip\n2026-03-02 09:00:00 ALLOW 192.0.2.1 192.0.2.2\n";
    let wide: String = (0..10_000).map(|at| format!(" f{at}")).collect();
    let many = format!("#Fields: date time cs-method{wide}\n2026-03-02 09:00:00 GET{wide}\n");
    let read = read_files(&[
        ("firewall", firewall.as_bytes()),
        ("many", many.as_bytes()),
        ("undated", undated.as_bytes()),
        ("web", web.as_bytes()),
    ]);
    let counts = |name: &str| (read.file(name).records, read.file(name).bad);
    assert_eq!(
        (counts("/web"), counts("/undated"), counts("/firewall"), counts("/many")),
        ((2, 3), (0, 1), (0, 1), (1, 0))
    );
    let reason = |name: &str| read.file(name).first_bad.as_ref().map(|bad| bad.reason.clone()).unwrap_or_default();
    assert_eq!(reason("/firewall"), "its `#Fields:` are those of no web log");
    assert_eq!(reason("/web"), "3 fields where the header has 4");
    let rows = read.rows(&Stream::Web);
    let record: Value = serde_json::from_str(rows[1]["Record"].as_str().expect("text")).expect("JSON");
    assert_eq!(
        record,
        json!({"c-ip": "192.0.2.1", "cs-method": "GET", "cs-uri": "http://h/a \"b\"", "#software": "X"})
    );
    assert_eq!((&rows[1]["Timestamp"], &rows[1]["Kind"]), (&json!(unix(SECONDS)), &json!("w3c")));
}
