//! Bytes as they come: half lines, wrong names, wrong encodings. What can be read is read, the rest is counted, nothing panics.

use lake::open::Options;
use lake::record::Stream;

use super::{read_files, read_files_with};

const ROW: &str = r#"{"Timestamp":"2024-01-02T03:04:05Z","DeviceName":"pc1","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1"}"#;

#[test]
fn a_half_line_costs_only_itself() {
    let text = format!("{ROW}\n{}\n{ROW}\n\n[1]\n7\n{ROW}", &ROW[..40]);
    let read = read_files(&[("a.json", text.as_bytes())]);
    let file = read.file("a.json");
    assert_eq!((file.records, file.bad), (3, 3), "{file:?}");
    let bad = file.first_bad.as_ref().expect("one is bad");
    assert_eq!(bad.offset, ROW.len() as u64 + 1);
    assert!(bad.reason.starts_with("broken JSON"), "{bad:?}");
}

#[test]
fn a_half_line_at_the_start_does_not_make_it_another_format() {
    let text = format!("{}\n{ROW}\n", &ROW[50..]);
    let read = read_files(&[("a", text.as_bytes()), ("b", format!("{}\n{ROW}\n", &ROW[..50]).as_bytes())]);
    assert_eq!((read.file("b").records, read.file("b").bad), (1, 1), "{:?}", read.file("b"));
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_noted() {
    let mut bytes = ROW.replace("pc1", "pc?").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').expect("it was put there");
    bytes[at] = 0xFF;
    let read = read_files(&[("a", &bytes)]);
    assert_eq!(read.table("DeviceNetworkEvents")[0]["DeviceName"], "pc\u{FFFD}");
    assert!(read.file("a").notes.iter().any(|note| note.contains("not UTF-8")));
}

#[test]
fn zero_bytes_are_broken_json() {
    let text = format!("{ROW}\n\0\0\0\n{ROW}\n");
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!((read.file("a").records, read.file("a").bad), (2, 1));
}

/// The limit is lowered; a record past it is skipped without being held, whichever way the file is cut.
#[test]
fn a_record_past_the_limit_is_skipped() {
    let long = ROW.replace("pc1", &"x".repeat(1_000_000));
    let options = Options { record_bytes_max: 10_000, ..Options::default() };
    let lines = format!("{ROW}\n{long}\n{ROW}\n");
    let array = format!("[{ROW},\n{long},\n{ROW}]");
    let read = read_files_with(&[("array", array.as_bytes()), ("lines", lines.as_bytes())], &options);
    for name in ["array", "lines"] {
        let file = read.file(name);
        assert_eq!((file.records, file.bad), (2, 1), "{file:?}");
        assert!(file.first_bad.as_ref().is_some_and(|bad| bad.reason.contains("bytes")), "{file:?}");
    }
}

#[test]
fn names_mean_nothing() {
    let prose = b"Lorem ipsum, dolor sit amet.\nNo log at all.\n";
    let read = read_files(&[
        ("conn.log", prose),
        ("empty.json", b""),
        ("notes.evtx", prose),
        ("blank", b" \n\n"),
        ("x.gz", prose),
        ("error.log", b"[Mon Mar 02 09:00:00 2026] [error] File does not exist\n"),
        ("proxy.log", b"[03.02 09:00:00] a.exe - x open\n"),
    ]);
    assert_eq!(read.summary.record_count() + read.summary.bad_count(), 0);
    for name in ["conn.log", "notes.evtx", "x.gz", "error.log", "proxy.log"] {
        assert_eq!(read.file(name).notes, ["not read: text of no known format"]);
    }
    assert_eq!(read.file("empty.json").notes, ["empty"]);
    assert_eq!(read.file("blank").notes, ["empty"]);
}

#[test]
fn what_is_not_read_is_named() {
    let files: [(&str, &[u8], &str); 3] = [
        ("1", b"\x28\xB5\x2F\xFDrest", "not read: zstd, which this version does not read"),
        ("2", b"BZh91AY", "not read: bzip2, which this version does not read"),
        ("5", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not read: binary data of no known format"),
    ];
    let read = read_files(&files.map(|(name, bytes, _)| (name, bytes)));
    for (name, _, note) in files {
        assert_eq!(read.file(&format!("/{name}")).notes, [note]);
    }
}

#[test]
fn json_that_is_no_event_is_counted() {
    let read = read_files(&[
        ("a.json", b"{\"name\":\"x\",\"version\":\"1\"}\n"),
        ("b.json", b"[]"),
        ("c.json", b"{\"deep\":[[[[{}]]]]}"),
    ]);
    assert_eq!(read.file("a.json").bad, 1);
    assert_eq!(read.file("b.json").notes, ["holds no record"]);
    assert_eq!(read.file("c.json").bad, 1);
}

/// serde_json stops at 128 levels; a hundred thousand must not overflow the stack.
#[test]
fn deep_nesting_is_broken_json() {
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    let read = read_files(&[("a.json", deep.as_bytes())]);
    assert_eq!((read.file("a.json").records, read.file("a.json").bad), (0, 1));
}

#[test]
fn event_logs_that_are_none() {
    let mut garbage = b"ElfFile\0".to_vec();
    garbage.resize(4096, 0);
    garbage.extend((0..70_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8));
    let mut chunk = garbage[..4096].to_vec();
    chunk.extend_from_slice(b"ElfChnk\0");
    chunk.resize(4096 + 65_536, 0x2A);
    let read = read_files(&[("1", b"ElfFile\0"), ("2", &garbage), ("3", &chunk), ("4", &garbage[..4096])]);
    assert_eq!(read.file("1").bad, 1);
    assert!(read.file("2").bad >= 2, "a chunk and a piece of one: {:?}", read.file("2"));
    assert!(read.file("3").bad >= 1);
    assert_eq!((read.file("4").bad, read.file("4").format.as_str()), (0, "evtx"));
    assert!(read.rows(&Stream::WindowsEvents).is_empty());
}

/// Two bytes at offset 42 of the header count the chunks (libyal's description of the format). A copy that was cut between two chunks has no
/// half chunk to show for it.
#[test]
fn an_event_log_that_lacks_chunks_says_so() {
    let mut bytes = b"ElfFile\0".to_vec();
    bytes.resize(4096, 0);
    bytes[42] = 3;
    bytes.resize(4096 + 65_536, 0);
    let read = read_files(&[("a.evtx", &bytes), ("whole.evtx", &[&bytes[..], &[0; 2 * 65_536]].concat())]);
    let bad = read.file("a.evtx").first_bad.as_ref().expect("two chunks are missing");
    assert_eq!(bad.offset, 4096 + 65_536);
    assert_eq!(bad.reason, "the file ends after 1 of the 3 chunks of its header");
    assert_eq!(read.file("whole.evtx").bad, 0);
}

#[test]
fn parquet_that_is_none() {
    let read = read_files(&[("a", b"PAR1 and then nothing of the kind")]);
    assert_eq!(read.file("a").bad, 1);
    assert!(read.collected.files.is_empty());
}

#[test]
fn rows_of_other_widths_are_counted() {
    let text = "Timestamp,DeviceName,ActionType,RemoteIP\n2024-01-02,a,ConnectionSuccess,192.0.2.1\n2024-01-02,b\n\n2024-01-02,c,ConnectionSuccess,192.0.2.1,x\n2024-01-02,d,ConnectionSuccess,192.0.2.1";
    let read = read_files(&[("a", text.as_bytes())]);
    let file = read.file("a");
    assert_eq!((file.records, file.bad), (2, 2), "{file:?}");
    assert!(file.first_bad.as_ref().is_some_and(|bad| bad.reason == "2 cells where the header has 4"));
}

/// A quote that is never closed would take in the rest of the file.
#[test]
fn a_quote_that_is_never_closed_in_a_long_file_costs_its_line_only() {
    let good = "2024-01-02,a,ConnectionSuccess,192.0.2.1\n";
    let text = format!(
        "Timestamp,DeviceName,ActionType,RemoteIP\n{good}2024-01-02,\"b,ConnectionSuccess,192.0.2.1\n{}",
        good.repeat(20_000)
    );
    let options = Options { record_bytes_max: 100_000, ..Options::default() };
    let read = read_files_with(&[("a", text.as_bytes())], &options);
    let file = read.file("a");
    assert_eq!(file.bad, 1, "{file:?}");
    assert_eq!(file.records, 20_001, "{file:?}");
}

#[test]
fn a_quote_that_is_never_closed_costs_its_line_only() {
    let good = "2024-01-02,a,ConnectionSuccess,192.0.2.1\n";
    let text = format!(
        "Timestamp,DeviceName,ActionType,RemoteIP\n{good}2024-01-02,\"b,ConnectionSuccess,192.0.2.1\n{good}{good}"
    );
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!((read.file("a").records, read.file("a").bad), (3, 1), "{:?}", read.file("a"));
}

#[test]
fn an_array_that_ends_early_gives_its_whole_objects() {
    let pretty = ROW.replace(',', ",\n  ");
    let text = format!("[\n{pretty},\n{pretty},\n{}", &pretty[..60]);
    let read = read_files(&[("a", text.as_bytes())]);
    assert_eq!((read.file("a").records, read.file("a").bad), (2, 1), "{:?}", read.file("a"));
}

/// Every line opens an object that never closes: the time must not grow with the square of the file.
#[test]
fn a_file_of_opening_braces_is_given_up() {
    let text = "{\n".repeat(1 << 20);
    let options = Options { record_bytes_max: 64 << 10, ..Options::default() };
    let read = read_files_with(&[("a", text.as_bytes())], &options);
    assert_eq!(read.file("a").records, 0);
    assert!(read.file("a").bad > 0);
}

/// What is given up is kept as it was, up to 4,096 bytes and as many records as asked for; by default none is.
#[test]
fn records_given_up_are_kept() {
    let long = "x".repeat(100_000);
    let wide = "Timestamp,DeviceName,ActionType,RemoteIP";
    let files: [(&str, String, &str); 8] = [
        ("1.csv", format!("{wide}\n2024-01-02,\"b\n1\"\n"), "2024-01-02,\"b\n1\""),
        ("2.json", format!("{ROW}\n{{\"half\n"), "{\"half"),
        ("3.json", format!("{ROW}\n{{\"a\":1,\"b\":[2]}}\n"), "{\"a\":1,\"b\":[2]}"),
        ("4.json", format!("{ROW}\n[7]\n"), "7"),
        ("5.log", "Mar  2 2026 09:00:00 h a[1]: b\nhalf a li\n".to_owned(), "half a li"),
        ("6.log", "#Fields: date time cs-method\n2026-03-02 09:00:00\n".to_owned(), "2026-03-02 09:00:00"),
        (
            "7.log",
            "#separator \\x09\n#path\tconn\n#fields\tts\ta\n#types\ttime\tcount\nnoon\t3\n".to_owned(),
            "noon\t3",
        ),
        (
            "8.xml",
            "<Event><System><EventID>1</EventID></System></Event><Event><System></Event>".to_owned(),
            "<Event><System></Event>",
        ),
    ];
    let bytes: Vec<(&str, &[u8])> = files.iter().map(|(name, text, _)| (*name, text.as_bytes())).collect();
    let options = Options { bad_records_max: 1, ..Options::default() };
    let read = read_files_with(&bytes, &options);
    for (name, _, expected) in &files {
        let kept = &read.file(name).bad_records;
        assert_eq!(kept.len(), 1, "{name}");
        assert_eq!(String::from_utf8_lossy(&kept[0].bytes), *expected, "{name}");
    }
    let lines = format!("{ROW}\n{long}\n{{\n{{\n");
    let options = Options { bad_records_max: 2, record_bytes_max: 10_000, ..Options::default() };
    let read = read_files_with(&[("a", lines.as_bytes())], &options);
    let sizes: Vec<usize> = read.file("a").bad_records.iter().map(|bad| bad.bytes.len()).collect();
    assert_eq!((read.file("a").bad, sizes), (3, vec![4_096, 1]));
    assert!(read_files(&bytes).summary.files.iter().all(|file| file.bad == 1 && file.bad_records.is_empty()));
}
