//! Ingestion of what should not be: files that grow while they are read, clocks that jump, records that are broken in their own ways.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lake::{IngestOptions, Ingested, ingest};
use serde_json::{Value as Json, json};

use crate::answers::ask;
use crate::ingest::{Place, connections, rows};

async fn ingest_with(place: &Place, path: &Path, options: IngestOptions) -> Ingested {
    ingest(&place.lake(), vec![path.to_owned()], options).await.expect("ingested")
}

/// The file grows once it is being read, in the middle of a line: what was there when reading began is taken, the rest the next time, and
/// nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_while_it_is_read() {
    for is_watching in [false, true] {
        let place = Place::new();
        let whole = connections(0..40);
        // Cut inside of the record 20: as a writer may have come so far.
        let cut = connections(0..20).len() + 30;
        let log = place.write("conn.log", &whole[..cut]);
        let (path, rest) = (log.clone(), whole[cut..].to_owned());
        let has_grown = AtomicBool::new(false);
        let grow = move |_: u64, _: u64| {
            if !has_grown.swap(true, Ordering::Relaxed) {
                let mut file = std::fs::File::options().append(true).open(&path).expect("opened");
                file.write_all(rest.as_bytes()).expect("written");
            }
        };
        let options = IngestOptions { is_watching, progress: Some(Arc::new(grow)), ..IngestOptions::default() };
        let first = ingest_with(&place, &log, options).await;
        assert_eq!(rows(&first, "DeviceNetworkEvents"), 20, "{is_watching}");
        // Half a record is a bad one for who does not know that it goes on.
        assert_eq!(first.summary.bad_count(), u64::from(!is_watching), "{is_watching}");
        let options = IngestOptions { is_watching, ..IngestOptions::default() };
        let second = ingest_with(&place, &log, options).await;
        assert_eq!((rows(&second, "DeviceNetworkEvents"), second.summary.bad_count()), (20, 0), "{is_watching}");
        assert_eq!(place.connections().await, (40, 40), "{is_watching}");
        assert_eq!(place.ingest(&[&log]).await.known, 1);
    }
}

/// A line that was cut off was a bad record; it is whole now, and the bad one behind it is another.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_record_behind_one_that_became_good_is_told() {
    let place = Place::new();
    let whole = connections(0..3);
    let cut = connections(0..1).len() + 20;
    let log = place.write("conn.log", &whole[..cut]);
    assert_eq!(place.ingest(&[&log]).await.summary.bad_count(), 1);
    place.write("conn.log", &format!("{whole}{{\"_path\": \"conn\", \"late\"\n"));
    assert_eq!(place.ingest(&[&log]).await.summary.bad_count(), 1);
    let offsets = || async {
        let bad = ask(&place.database().await, "_BadRecords | sort by Offset asc | project Offset").await;
        bad.iter().filter_map(|row| row["Offset"].as_u64()).collect::<Vec<_>>()
    };
    let told = [connections(0..1).len() as u64, whole.len() as u64];
    assert_eq!(offsets().await, told);
    // And once.
    place.write("conn.log", &format!("{whole}{{\"_path\": \"conn\", \"late\"\n{}", connections(3..5)));
    place.ingest(&[&log]).await;
    assert_eq!(offsets().await, told);
    assert_eq!(place.connections().await, (5, 5));
}

/// The file is shorter when it is read than it was when it was found.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_shrinks_while_it_is_read() {
    let place = Place::new();
    let log = place.write("conn.log", &connections(0..40));
    let path = log.clone();
    let shrink = move |_: u64, _: u64| {
        let file = std::fs::File::options().write(true).open(&path).expect("opened");
        file.set_len(connections(0..10).len() as u64).expect("cut");
    };
    let options = IngestOptions { progress: Some(Arc::new(shrink)), ..IngestOptions::default() };
    assert_eq!(rows(&ingest_with(&place, &log, options).await, "DeviceNetworkEvents"), 10);
    assert_eq!(place.ingest(&[&log]).await.known, 1);
    assert_eq!(place.connections().await, (10, 10));
}

/// A clock that is set back a day between two ingestions, and an hour within one: what came later has a later time all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_does_not_mix_up_what_came_when() {
    let place = Place::new();
    let day = 86_400_000_000_i64;
    for (number, now) in [20_000 * day, 19_999 * day, 19_999 * day + 1, 1, 20_001 * day].into_iter().enumerate() {
        let end = u32::try_from(number).expect("few") + 1;
        let log = place.write("conn.log", &connections(0..end));
        let options = IngestOptions { clock: Some(Arc::new(move || now)), ..IngestOptions::default() };
        assert_eq!(rows(&ingest_with(&place, &log, options).await, "DeviceNetworkEvents"), 1);
    }
    let query = "DeviceNetworkEvents | extend at = ingestion_time() | sort by LocalPort asc | project at";
    let times: Vec<String> = ask(&place.database().await, query)
        .await
        .iter()
        .filter_map(|row| Some(row["at"].as_str()?.to_owned()))
        .collect();
    // Day 20,000 after 1970-01-01 is 2024-10-04; each row is a microsecond after the one before, until the clock is right again.
    assert_eq!(
        times,
        [
            "2024-10-04T00:00:00.0000000Z",
            "2024-10-04T00:00:00.0000010Z",
            "2024-10-04T00:00:00.0000020Z",
            "2024-10-04T00:00:00.0000030Z",
            "2024-10-05T00:00:00.0000000Z"
        ]
    );
}

/// Zeek's own records of such years. 1601 is where Windows counts from, 9999 where Kusto ends; both are days like others.
#[tokio::test(flavor = "multi_thread")]
async fn records_of_years_that_no_log_should_have() {
    let place = Place::new();
    // Seconds of 1601-01-01 and of the last one of 9999, since 1970; beyond them, and what is no number, is no time.
    let line = |time: &str, port: u32| {
        connections(port - 1_000..port - 999)
            .replace(&format!("\"ts\":{}", 1_700_000_000 + port - 1_000), &format!("\"ts\":{time}"))
    };
    let text =
        [("-11644473600", 1_001), ("253402300799", 1_002), ("253402300800", 1_003), ("1e300", 1_004), ("null", 1_005)]
            .map(|(time, port)| line(time, port))
            .concat();
    let log = place.write("conn.log", &text);
    place.ingest(&[&log]).await;
    let query =
        "DeviceNetworkEvents | where isnotnull(Timestamp) | sort by Timestamp asc | project Timestamp, LocalPort";
    let found = ask(&place.database().await, query).await;
    let found: Vec<Json> = found.into_iter().map(Json::Object).collect();
    assert_eq!(
        found,
        [
            json!({"Timestamp": "1601-01-01T00:00:00.0000000Z", "LocalPort": 1_001}),
            json!({"Timestamp": "9999-12-31T23:59:59.0000000Z", "LocalPort": 1_002})
        ]
    );
}

/// Bytes that are no UTF-8 become U+FFFD, as the Unicode standard has it (chapter 3.9); the record is stored, and compaction leaves it as it is.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text() {
    let place = Place::new();
    for part in 0..2 {
        let mut bytes = b"<13>1 2026-03-02T09:00:00Z h a - - - x\xff\xfey \xf0\x9f\x98\x80\n".to_vec();
        bytes.extend(format!("<13>1 2026-03-02T09:00:0{part}Z h a - - - last\n").into_bytes());
        let log = place.path(&format!("sys{part}.log"));
        std::fs::write(&log, bytes).expect("written");
        let ingested = place.ingest(&[&log]).await;
        assert_eq!((rows(&ingested, "Syslog"), ingested.summary.bad_count()), (2, 0));
    }
    place.lake().compact("Syslog", &|| {}).await.expect("compacted");
    let query = "Syslog | where SyslogMessage startswith 'x' | distinct SyslogMessage";
    let found = ask(&place.database().await, query).await;
    assert_eq!(
        found.iter().map(|row| row["SyslogMessage"].clone()).collect::<Vec<_>>(),
        [json!("x\u{FFFD}\u{FFFD}y 😀")]
    );
    assert_eq!(
        ask(&place.database().await, "Syslog | where SyslogMessage contains '😀' | count").await[0]["Count"],
        json!(2)
    );
}

/// RFC 8259, section 4: what a name that is there twice means is the reader's choice. Ours is the last, as most have it; no value becomes two rows.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_there_twice() {
    let place = Place::new();
    let twice = connections(0..1).replace("\"id.resp_p\":443", "\"id.resp_p\":443,\"id.resp_p\":8443");
    assert!(twice.contains("8443"));
    let log = place.write("conn.log", &twice);
    assert_eq!(rows(&place.ingest(&[&log]).await, "DeviceNetworkEvents"), 1);
    let found = ask(&place.database().await, "DeviceNetworkEvents | project RemotePort, AdditionalFields").await;
    assert_eq!(found[0]["RemotePort"], json!(8_443));
    // The same in a row of a table's own.
    let row = r#"{"Timestamp":"2026-03-02T09:00:00Z","DeviceName":"a","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1","RemotePort":1,"RemotePort":2,"AdditionalFields":{"k":1,"k":2}}"#;
    let log = place.write("own.json", row);
    place.ingest(&[&log]).await;
    let query = "DeviceNetworkEvents | where DeviceName == 'a' | project RemotePort, k = AdditionalFields.k";
    assert_eq!(Json::Object(ask(&place.database().await, query).await[0].clone()), json!({"RemotePort": 2, "k": 2}));
}
