//! Files that queries name: on this machine and on the network, whole and broken, allowed and not.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use engine::{External, ExternalRows};
use flate2::Compression;
use flate2::write::GzEncoder;
use lake::{Externals, Unallowed};
use semantics::external::{ExternalFormat, ExternalOptions};
use semantics::{Column, Decimal, Type};

fn external(sources: &[&str], format: Option<&str>) -> External {
    let options = ExternalOptions {
        format: format.map(|format| ExternalFormat::from_name(format).expect("a format")),
        ..ExternalOptions::default()
    };
    let columns = vec![Column::new("a", Type::String), Column::new("n", Type::Long)];
    External { sources: sources.iter().map(|source| (*source).to_owned()).collect(), options, columns }
}

fn rows(found: &ExternalRows) -> Vec<String> {
    let mut rows = vec![];
    for batch in &found.batches {
        for row in 0..batch.num_rows() {
            let cells = batch
                .columns()
                .iter()
                .map(|array| arrow::util::display::array_value_to_string(array, row).expect("a value"));
            rows.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    rows
}

fn read(externals: &Externals, external: &External) -> Result<Vec<String>, String> {
    let found = externals.read(external).map_err(|error| error.to_string())?;
    assert_eq!(found.warnings, [""; 0]);
    Ok(rows(&found))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of a test is text")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::default());
    encoder.write_all(bytes).expect("memory takes bytes");
    encoder.finish().expect("memory takes bytes")
}

/// An archive whose files are stored as they are. Source: APPNOTE.TXT 4.3.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (vec![], vec![]);
    for (name, content) in files {
        let offset = bytes.len() as u32;
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        let mut crc = flate2::Crc::new();
        crc.update(content);
        common.extend_from_slice(&crc.sum().to_le_bytes());
        common.extend_from_slice(&(content.len() as u32).to_le_bytes());
        common.extend_from_slice(&(content.len() as u32).to_le_bytes());
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&common);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&(files.len() as u16).to_le_bytes());
    bytes.extend_from_slice(&(files.len() as u16).to_le_bytes());
    bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&start.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

#[test]
fn files_follow_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (folder.path().join("a.csv"), folder.path().join("b c.tsv.gz"));
    fs::write(&first, "x,1\ny,two\n").expect("a file");
    fs::write(&second, gzipped(b"z\t3\n")).expect("a file");
    let uri = format!("file://{}", text(&second).replace(' ', "%20"));
    // Each file's name tells its format when the query does not.
    let found = read(&Externals::default(), &external(&[text(&first), &uri], None));
    assert_eq!(found, Ok(vec!["x|1".into(), "y|".into(), "z|3".into()]));
}

#[test]
fn archives_are_told_by_content_and_chosen_by_pattern() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed");
    fs::write(&path, zipped(&[("a/one.csv", b"h,h\nx,1\n"), ("readme.txt", b"no\n"), ("two.csv", b"h,h\ny,2\n")]))
        .expect("a file");
    let mut asked = external(&[text(&path)], Some("csv"));
    asked.options.skips_first = true;
    asked.options.zip_pattern = Some("*.csv".to_owned());
    // The first record of every file is its header.
    assert_eq!(read(&Externals::default(), &asked), Ok(vec!["x|1".into(), "y|2".into()]));
    asked.options.zip_pattern = Some("*.json".to_owned());
    assert_eq!(read(&Externals::default(), &asked), Ok(vec![]));
}

#[test]
fn what_cannot_be_read_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let gzip = gzipped("x,1\n".repeat(50_000).as_bytes());
    fs::write(at("half.gz"), &gzip[..gzip.len() / 2]).expect("a file");
    fs::write(at("half.zip"), &zipped(&[("a.csv", b"x,1\n")])[..20]).expect("a file");
    fs::write(at("text.parquet"), "x,1\n").expect("a file");
    fs::write(at("broken.json"), "{\"a\": \"x\"").expect("a file");
    let missing = at("missing.csv");
    for (path, format, says) in [
        (at("half.gz"), Some("csv"), "broken gzip"),
        (at("half.zip"), Some("csv"), "broken zip"),
        (at("text.parquet"), None, "broken Parquet"),
        (at("broken.json"), Some("multijson"), "broken JSON"),
        (missing, None, "missing.csv"),
        (folder.path().to_owned(), None, "cannot read"),
    ] {
        let error = read(&Externals::default(), &external(&[text(&path)], format)).expect_err(says);
        assert!(error.contains(says) && error.contains(text(&path)), "{error}");
    }
}

#[test]
fn bad_records_and_bytes_are_warnings() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    fs::write(&path, b"{\"a\":\"x\",\"n\":1}\nbroken\n{\"a\":\"\xFF\",\"n\":2}\n").expect("a file");
    let found = Externals::default().read(&external(&[text(&path)], None)).expect("it is read");
    assert_eq!(rows(&found), ["x|1", "\u{FFFD}|2"]);
    assert_eq!(found.warnings.len(), 2, "{:?}", found.warnings);
    assert!(found.warnings[0].contains("1 record") && found.warnings[0].contains("byte 16"), "{:?}", found.warnings);
    assert!(found.warnings[1].contains("UTF-8"), "{:?}", found.warnings);
    // A wrong separator makes one cell of a line; the other column is empty, as in Kusto.
    let path = folder.path().join("b.csv");
    fs::write(&path, "x;1\n").expect("a file");
    assert_eq!(read(&Externals::default(), &external(&[text(&path)], None)), Ok(vec!["x;1|".into()]));
}

/// A line of 100 MB is a whole file, which has its own limit.
#[test]
fn a_source_has_a_largest_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.txt");
    fs::File::create(&path).and_then(|file| file.set_len((100 << 20) + 1)).expect("a file");
    let error = read(&Externals::default(), &external(&[text(&path)], None)).expect_err("too large");
    assert!(error.contains("larger than 104857600 bytes"), "{error}");
    // RFC 1952 lets gzip files follow each other: 300 MiB of zeros in 300 kB.
    let path = folder.path().join("bomb.gz");
    fs::write(&path, gzipped(&vec![0; 1 << 20]).repeat(300)).expect("a file");
    let error = read(&Externals::default(), &external(&[text(&path)], Some("raw"))).expect_err("too large");
    assert!(error.contains("expands to more than 268435456 bytes"), "{error}");
}

fn write_parquet(path: &Path, columns: Vec<(&str, arrow::array::ArrayRef)>) {
    let batch = arrow::array::RecordBatch::try_from_iter(columns).expect("a batch");
    let file = fs::File::create(path).expect("a file");
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("the disk takes rows");
    writer.close().expect("the disk takes rows");
}

/// A number is the same number whatever it is stored as; 150 with two places after the point is 1.5.
#[test]
fn parquet_numbers_are_read_as_decimals() {
    use arrow::array::{ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array, StringArray};
    use arrow::datatypes::Decimal128Type;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("numbers.parquet");
    let hundredths = Decimal128Array::from(vec![Some(150), None]).with_precision_and_scale(10, 2).expect("they fit");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("d", Arc::new(hundredths)),
        ("r", Arc::new(Float64Array::from(vec![0.25, -2.0]))),
        ("n", Arc::new(Int64Array::from(vec![Some(3), None]))),
        ("s", Arc::new(StringArray::from(vec!["7.5", "seven"]))),
    ];
    write_parquet(&path, columns);
    let mut asked = external(&[text(&path)], None);
    asked.columns = ["d", "r", "n", "s"].map(|name| Column::new(name, Type::Decimal)).to_vec();
    let found = Externals::default().read(&asked).expect("it is read");
    assert_eq!(found.batches.len(), 1, "two rows are one batch");
    let decimals = found.batches[0].columns().iter().map(|column| {
        let codes = column.as_primitive::<Decimal128Type>();
        codes.iter().map(|code| code.map(|code| Decimal::from_code(code).to_string())).collect::<Vec<_>>()
    });
    let expect = [[Some("1.5"), None], [Some("0.25"), Some("-2")], [Some("3"), None], [Some("7.5"), None]];
    let expect = expect.map(|column| column.map(|cell| cell.map(str::to_owned)).to_vec());
    assert_eq!(decimals.collect::<Vec<_>>(), expect);
}

#[test]
fn parquet_columns_are_found_by_name() {
    use arrow::array::{ArrayRef, Int32Array, StringArray, TimestampMicrosecondArray};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("n", Arc::new(Int32Array::from(vec![Some(1), None]))),
        ("t", Arc::new(TimestampMicrosecondArray::from(vec![Some(0), None]))),
        ("a", Arc::new(StringArray::from(vec![Some("x"), None]))),
    ];
    write_parquet(&path, columns);
    let mut asked = external(&[text(&path)], None);
    asked.columns.push(Column::new("t", Type::DateTime));
    asked.columns.push(Column::new("absent", Type::Long));
    // 1970 begins 621355968000000000 ticks after year 1 (719162 days of 864000000000 ticks).
    let expect = vec!["x|1|621355968000000000|".to_owned(), "|||".to_owned()];
    assert_eq!(read(&Externals::default(), &asked), Ok(expect));
    asked.columns = vec![Column::new("t", Type::Bool)];
    let error = read(&Externals::default(), &asked).expect_err("no bool");
    assert!(error.contains("`t` is stored as"), "{error}");
}

/// A server on this machine that gives each request the same answer, and counts them.
fn server(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = listener.local_addr().expect("an address").to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().expect("a handle")).lines();
            let request = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            counted.fetch_add(1, Ordering::SeqCst);
            // Whoever asked may have gone.
            drop(stream.write_all(&answer(&request)));
        }
    });
    (place, count)
}

fn ok(body: &[u8]) -> Vec<u8> {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [answer.into_bytes(), body.to_vec()].concat()
}

fn moved(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

fn allowing(places: &[&str]) -> Externals {
    Externals { allowed_hosts: places.iter().map(|place| (*place).to_owned()).collect(), ..Externals::default() }
}

#[test]
fn an_allowed_host_is_asked_and_another_is_not() {
    let (place, count) = server(|_| ok(b"x,1\n"));
    let uri = format!("http://{place}/list.csv?sig=S3CRET");
    assert_eq!(read(&allowing(&[&place]), &external(&[&uri], None)), Ok(vec!["x|1".into()]));
    assert_eq!(count.load(Ordering::SeqCst), 1);
    for other in [&["127.0.0.1"][..], &["example.com"], &[]] {
        let error = read(&allowing(other), &external(&[&uri], None)).expect_err("not allowed");
        assert!(error.contains(&format!("--allow-host {place}")) && !error.contains("S3CRET"), "{error}");
    }
    let empty = Externals { unallowed: Unallowed::Empty, ..Externals::default() };
    let found = empty.read(&external(&[&uri], None)).expect("it is empty");
    assert!(rows(&found).is_empty());
    assert_eq!(found.warnings, [format!("`{place}` is not asked: the host is not allowed")]);
    assert_eq!(count.load(Ordering::SeqCst), 1, "nobody asked again");
}

#[test]
fn every_place_on_the_way_must_be_allowed() {
    let (secret, asked) = server(|_| ok(b"x,1\n"));
    let target = format!("http://{secret}/list.csv");
    let (place, _) = server(move |request| match request.contains("/loop") {
        true => moved("/loop"),
        false if request.contains("/near") => moved("list.csv"),
        false if request.contains("/away") => moved(&target),
        false if request.contains("/file") => moved("file:///etc/hostname"),
        false if request.contains("/gone") => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
        false => ok(b"y,2\n"),
    });
    let at = |path: &str| external(&[&format!("http://{place}{path}")], Some("csv"));
    assert_eq!(read(&allowing(&[&place]), &at("/near")), Ok(vec!["y|2".into()]));
    assert_eq!(read(&allowing(&[&place, &secret]), &at("/away")), Ok(vec!["x|1".into()]));
    for (path, says) in [
        ("/away", format!("redirects to `{secret}`: the host is not allowed; --allow-host {secret}")),
        ("/loop", "redirects more than 5 times".to_owned()),
        ("/file", "redirects".to_owned()),
        ("/gone", "it answers 404".to_owned()),
    ] {
        let error = read(&allowing(&[&place]), &at(path)).expect_err(path);
        assert!(error.contains(&says), "{error}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "only who was allowed to ask did");
}

#[test]
fn answers_are_kept_and_old_ones_are_asked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let gone = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_gone = Arc::clone(&gone);
    let (place, count) = server(move |_| match is_gone.load(Ordering::SeqCst) {
        true => b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec(),
        false => ok(b"x,1\n"),
    });
    let cache = folder.path().join("deep/cache");
    let externals = Externals { cache: Some(cache.clone()), ..allowing(&[&place]) };
    let asked = external(&[&format!("http://{place}/a.csv?sig=S3CRET")], None);
    for _ in 0..3 {
        assert_eq!(read(&externals, &asked), Ok(vec!["x|1".into()]));
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let kept: Vec<_> = fs::read_dir(&cache).expect("the cache").map(|entry| entry.expect("a file").path()).collect();
    assert_eq!(kept.len(), 1);
    assert!(!text(&kept[0]).contains("S3CRET"));
    let old = SystemTime::now() - Duration::from_secs(3 * 3600);
    fs::File::options().write(true).open(&kept[0]).and_then(|file| file.set_modified(old)).expect("a time");
    gone.store(true, Ordering::SeqCst);
    let found = externals.read(&asked).expect("the old answer stands in");
    assert_eq!(rows(&found), ["x|1"]);
    assert!(found.warnings[0].contains("503") && found.warnings[0].contains("3 hours ago"), "{:?}", found.warnings);
    // A host that is not allowed any more gives nothing, kept or not.
    let error = read(&Externals { cache: Some(cache), ..Externals::default() }, &asked).expect_err("not allowed");
    assert!(error.contains("--allow-host"), "{error}");
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn a_host_that_does_not_answer_is_an_error() {
    // A port that was free a moment ago: nobody listens there.
    let place = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let uri = format!("http://{place}/a.csv");
    let error = read(&allowing(&[&place]), &external(&[&uri], None)).expect_err("nobody is there");
    assert!(error.contains(&format!("a file of `{place}`")), "{error}");
}
