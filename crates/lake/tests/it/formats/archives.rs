//! Files, folders and archives: the same bytes in any wrapping are the same records.

use std::cell::Cell;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use lake::open::{Options, read};
use lake::record::ReadError;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Collected, Known, folder_of, read_files, read_files_with, read_paths};

const ROW: &[u8] =
    br#"{"Timestamp":"2024-01-02T03:04:05Z","DeviceName":"pc1","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1"}
"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a new entry");
        writer.write_all(bytes).expect("memory takes all");
    }
    writer.finish().expect("memory takes all").into_inner()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).expect("memory takes all");
    }
    builder.into_inner().expect("memory takes all")
}

#[test]
fn every_wrapping_gives_the_same_row() {
    let read = read_files(&[
        ("a.json", ROW),
        ("b", &gzip(ROW)),
        ("c.dat", &zip(&[("in.json", ROW)])),
        ("d", &tar(&[("in/er.json", ROW)])),
        ("e", &gzip(&tar(&[("inner.json", ROW)]))),
        ("f", &zip(&[("in.gz", &gzip(ROW))])),
        ("g/h", &zip(&[("in.zip", &zip(&[("inner", ROW)]))])),
    ]);
    let paths = ["a.json", "b", "c.dat!in.json", "d!in/er.json", "e!inner.json", "f!in.gz", "g/h!in.zip!inner"];
    assert_eq!(read.paths(), paths);
    let rows = read.table("DeviceNetworkEvents");
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row == &rows[0]));
    assert_eq!((read.summary.record_count(), read.summary.bad_count()), (7, 0));
}

#[test]
fn folders_are_read_by_name_and_paths_as_given() {
    let folder = folder_of(&[("2/b", ROW), ("10/a", ROW), ("1", ROW)]);
    let mut sink = Collected::default();
    let paths = [folder.path().join("2"), folder.path().to_owned()];
    let summary = read_paths(&paths, &mut sink).expect("every path is readable");
    let ends: Vec<&str> = summary
        .files
        .iter()
        .map(|file| file.path.strip_prefix(&*folder.path().to_string_lossy()).expect("in the folder"))
        .collect();
    assert_eq!(ends, ["/2/b", "/1", "/10/a", "/2/b"]);
}

/// A link to a folder above it is left out, since what it leads to is read already; one in a circle, or to nothing, is named.
#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_cost_only_themselves() {
    use std::os::unix::fs::symlink;
    let folder = folder_of(&[("in/a.json", ROW)]);
    let at = |name: &str| folder.path().join(name);
    symlink(folder.path(), at("in/up")).expect("the folder takes links");
    symlink("self", at("self")).expect("the folder takes links");
    symlink("pong", at("ping")).expect("the folder takes links");
    symlink("ping", at("pong")).expect("the folder takes links");
    symlink("gone", at("dangling")).expect("the folder takes links");
    symlink("in/a.json", at("twin")).expect("the folder takes links");
    let mut sink = Collected::default();
    let summary = read_paths(&[folder.path().to_owned()], &mut sink).expect("every path is readable");
    assert_eq!(sink.rows.len(), 2, "the file and its twin: {summary:?}");
    let lost = summary.files.iter().filter(|file| file.notes == ["not read: a link that leads nowhere"]);
    let mut lost: Vec<&str> = lost.filter_map(|file| file.path.rsplit('/').next()).collect();
    lost.sort_unstable();
    assert_eq!(lost, ["dangling", "ping", "pong", "self"]);
    read_paths(&[at("dangling")], &mut sink).expect_err("a link that is named itself must lead somewhere");
}

/// A name is only shown: nothing is written under it.
#[test]
fn an_entry_that_points_outside_is_read_and_not_extracted() {
    let read = read_files(&[("deep/er/a.zip", &zip(&[("../../evil.json", ROW)]))]);
    assert_eq!(read.table("DeviceNetworkEvents").len(), 1);
    assert!(!read.folder.path().join("evil.json").exists());
}

#[test]
fn a_gzip_that_ends_early_gives_what_came_before() {
    let rows = ROW.repeat(5_000);
    let whole = gzip(&rows);
    let read = read_files(&[("a.gz", &whole[..whole.len() / 2])]);
    let file = read.file("a.gz");
    assert!(file.records > 0 && file.records < 5_000, "{file:?}");
    assert_eq!(file.bad, 1, "{file:?}");
    assert_eq!(read.table("DeviceNetworkEvents").len() as u64, file.records);
}

#[test]
fn a_gzip_broken_in_its_header_is_counted() {
    let read = read_files(&[("a.gz", &[0x1f, 0x8b, 0x08, 0x04, 0x01]), ("b.json", ROW)]);
    assert_eq!(read.file("a.gz").bad, 1);
    assert_eq!(read.table("DeviceNetworkEvents").len(), 1);
}

#[test]
fn a_zip_without_its_directory_is_counted() {
    let whole = zip(&[("in.json", ROW)]);
    let read = read_files(&[("a.zip", &whole[..whole.len() - 30]), ("b.json", ROW)]);
    assert_eq!(read.file("a.zip").bad, 1);
    assert_eq!(read.table("DeviceNetworkEvents").len(), 1);
}

/// 64 MiB expand freely; this file would expand to 80 MiB out of about 80 KB, 1000 times its size.
#[test]
fn a_bomb_is_cut_off_by_ratio() {
    let mut bytes = ROW.to_vec();
    bytes.resize(80 << 20, b' ');
    let read = read_files(&[("bomb.gz", &gzip(&bytes))]);
    let file = read.file("bomb.gz");
    assert_eq!(file.records, 1);
    let note = format!("expands to more than {} bytes", 64 << 20);
    assert!(file.notes.iter().any(|found| found.contains(&note)), "{file:?}");
}

#[test]
fn expansion_is_cut_off_by_size_and_shared_by_all_layers() {
    let rows = ROW.repeat(1_000);
    let options = Options { expanded_bytes_max: rows.len() as u64 + 500, ..Options::default() };
    let read = read_files_with(&[("a.zip", &zip(&[("1", &rows), ("2", &rows)]))], &options);
    assert_eq!(read.file("a.zip!1").records, 1_000);
    let second = read.file("a.zip!2");
    assert!(second.records < 10 && second.bad == 1, "{second:?}");
    assert!(second.first_bad.as_ref().is_some_and(|bad| bad.reason.contains("expands to more than")), "{second:?}");
}

#[test]
fn archives_inside_each_other_end_somewhere() {
    let mut nested = ROW.to_vec();
    for _ in 0..8 {
        nested = gzip(&nested);
    }
    let read = read_files(&[("a", &nested)]);
    assert!(read.file("a").notes[0].contains("archives inside each other"));
    assert_eq!(read.summary.record_count(), 0);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let folder = folder_of(&[]);
    let error =
        read_paths(&[folder.path().join("nowhere")], &mut Collected::default()).expect_err("there is no such path");
    assert!(matches!(error, ReadError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn a_sink_that_fails_stops_the_reading() {
    let folder = folder_of(&[("a", ROW)]);
    let mut sink = Collected { fails: true, ..Collected::default() };
    let error = read_paths(&[folder.path().to_owned()], &mut sink).expect_err("the sink fails");
    assert_eq!(error.to_string(), "full");
}

#[test]
fn progress_grows_to_the_size_of_all_files() {
    let folder = folder_of(&[("a", &ROW.repeat(100)), ("b", &gzip(&ROW.repeat(100)))]);
    let last = Cell::new((0, 0));
    let report = |done: u64, total: u64| {
        assert!(done >= last.get().0 && done <= total, "{done} of {total} after {:?}", last.get());
        last.set((done, total));
    };
    let options = Options { progress: Some(&report), ..Options::default() };
    read(&[folder.path().to_owned()], &Known, &options, &mut Collected::default()).expect("readable");
    let (done, total) = last.get();
    assert_eq!(done, total);
    assert!(total > 0);
}
