//! Data and queries that are broken, too big or meant to do harm: what can be read is read, the rest is said, and the program ends by itself.

use std::time::{Duration, Instant};

use crate::run::{Ended, Folder, run};

const ROW: &str = "{\"Timestamp\":\"2024-01-02T03:04:05Z\",\"DeviceName\":\"pc1\",\"ActionType\":\"ConnectionSuccess\",\"RemoteIP\":\"192.0.2.1\"}\n";

/// Far more than a debug build on a busy machine takes, far less than work that grows with the square of its input.
const PATIENCE: Duration = Duration::from_secs(60);

fn count(folder: &Folder, more: &[&str]) -> Ended {
    folder.run(&[&["query", "DeviceNetworkEvents | count", "-F", "csv", "--data", "."], more].concat())
}

/// One broken file of each kind beside a whole one. Offsets are counted in the bytes as written here.
#[test]
fn broken_files_cost_only_themselves() {
    let half = format!("{ROW}{}\n", &ROW[..40]);
    let utf16: Vec<u8> =
        "\u{feff}Timestamp,DeviceName,ActionType,RemoteIP\r\n2024-01-02,é,ConnectionSuccess,192.0.2.1\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    let folder = Folder::new()
        .with("cut.evtx", b"ElfFile\0 and no more")
        .with("early.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab")
        .with("empty.json", "")
        .with("half.json", &half)
        .with(
            "ragged.csv",
            "Timestamp,DeviceName,ActionType,RemoteIP\n2024-01-02,a\n2024-01-02,a,ConnectionSuccess,192.0.2.1\n",
        )
        .with("utf16.csv", utf16)
        .with("zeros.json", [0; 4096]);
    let ended = count(&folder, &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Count\r\n3\r\n"), "{}", ended.stderr);
    for said in [
        "warning: `./cut.evtx`: 1 record could not be read; the first at byte 0: the file ends inside its header\n",
        "warning: `./early.gz`: 1 record could not be read; the first at byte 0: ",
        &format!("warning: `./half.json`: 1 record could not be read; the first at byte {}: broken JSON", ROW.len()),
        "warning: `./ragged.csv`: 1 record could not be read; the first at byte 41: 2 cells where the header has 4\n",
        "note: `./empty.json`: empty\n",
        "note: `./zeros.json`: not read: binary data of no known format\n",
        "note: `./utf16.csv`: decoded from UTF-16LE\n",
    ] {
        assert!(ended.stderr.contains(said), "{said:?} in {}", ended.stderr);
    }
    assert_eq!(count(&folder, &["--strict"]).code, 3);
}

/// A folder of logs may hold any number of texts: one line for all of them, and each by name only when asked for.
#[test]
fn files_of_no_known_format_are_one_line() {
    let folder = Folder::new().with("rows.json", ROW).with("conn.log", "no log at all\n").with("case.yaml", "a: b\n");
    let folder = folder.with("guide.md", "# Guide\n");
    let ended = count(&folder, &[]);
    assert!(
        ended.stderr.contains("note: 3 files, such as `./case.yaml`: not read: text of no known format\n"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("conn.log"), "{}", ended.stderr);
    assert!(count(&folder, &["--verbose"]).stderr.contains("note: `./conn.log`: not read: text of no known format\n"));
}

#[test]
fn many_broken_files_are_counted_and_named_on_request() {
    let names = ["1.json", "2.json", "3.json", "4.json", "5.json", "6.json", "7.json"];
    let folder = names.iter().fold(Folder::new(), |folder, name| folder.with(name, format!("{ROW}{{\"half\n")));
    let ended = count(&folder, &[]);
    assert_eq!(ended.stdout, "Count\r\n7\r\n", "{}", ended.stderr);
    let said = "warning: 2 records could not be read in 2 more files; --verbose names them\n";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let ended = count(&folder, &["--verbose"]);
    assert!(names.iter().all(|name| ended.stderr.contains(&format!("`./{name}`: 1 record"))), "{}", ended.stderr);
}

#[test]
fn an_empty_folder_is_no_error() {
    let ended = count(&Folder::new(), &[]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "Count\r\n0\r\n", "note: 1 row\n"));
}

/// Even root cannot open a link to itself, so that this fails wherever it runs.
#[cfg(unix)]
#[test]
fn a_path_that_cannot_be_opened_ends_with_3() {
    let folder = Folder::new().with("rows.json", ROW);
    std::os::unix::fs::symlink("self", folder.path("self")).expect("the folder takes links");
    let named = folder.run(&["query", "print 1", "--data", "self"]);
    assert_eq!((named.code, named.stdout.as_str()), (3, ""), "{}", named.stderr);
    assert!(named.stderr.contains("error: cannot read `self`"), "{}", named.stderr);
    let found = count(&folder, &[]);
    assert_eq!((found.code, found.stdout.as_str()), (0, "Count\r\n1\r\n"), "{}", found.stderr);
    assert!(found.stderr.contains("`./self`: not read: a link that leads nowhere"), "{}", found.stderr);
}

#[test]
fn expansion_has_a_limit_that_can_be_set() {
    // A gzip stream of one stored block: its length and the complement, the bytes, then their checksum and length, left out here.
    let length = u16::try_from(ROW.len()).expect("the row is short");
    let head =
        [b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01".as_slice(), &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    let folder = Folder::new().with("rows.gz", [&head, ROW.as_bytes()].concat());
    let ended = count(&folder, &["--limit-expanded", "50"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Count\r\n0\r\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("expands to more than 50 bytes; the rest is not read"), "{}", ended.stderr);
}

/// A sensor with a wrong clock would move `ago(1d)` of every query to where nothing is.
#[test]
fn a_newest_event_in_the_future_is_a_warning() {
    let folder = Folder::new().with("rows.json", ROW.replace("2024", "9998"));
    let ended = count(&folder, &[]);
    assert!(
        ended.stderr.contains("warning: now is 9998-01-02T03:04:05Z, the newest event in the data"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_misspelled_table_or_column_is_guessed() {
    for (query, guess) in [
        ("DeviceNetworkEvent | count", "did you mean `DeviceNetworkEvents`?"),
        ("DeviceNetworkEvents | where RemotePrt == 1", "did you mean `RemotePort`?"),
        ("DeviceNetworkEvents | sumarize count()", "did you mean `summarize`?"),
    ] {
        let ended = run(&["query", query]);
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{query}");
        assert!(ended.stderr.contains(guess), "{}", ended.stderr);
    }
}

/// Nested, signed and chained for a megabyte; declared again and again; names that double with each line.
#[test]
fn queries_that_are_too_much_are_refused_soon_and_briefly() {
    let doubling: String = (1..40).map(|n| format!("let t{n} = union t{}, t{};\n", n - 1, n - 1)).collect();
    let queries = [
        format!("print x = {}1{}", "(".repeat(500_000), ")".repeat(500_000)),
        format!("print x = {}1", "-".repeat(1_000_000)),
        format!("print x = 1{}", " | where x == 1".repeat(70_000)),
        format!("{}print a", "let a = 1;\n".repeat(3_000)),
        format!("let t0 = print 1;\n{doubling}t39"),
    ];
    for query in queries {
        let folder = Folder::new().with("hunt.kql", &query);
        let started = Instant::now();
        let ended = folder.run(&["query", "-f", "hunt.kql", "--diagnostics", "json"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", &query[..40]);
        assert!(ended.stderr.lines().count() <= 60, "{} lines", ended.stderr.lines().count());
        assert!(started.elapsed() < PATIENCE, "{:?} for {}", started.elapsed(), &query[..40]);
    }
}

/// Twenty thousand rows that each meet twenty thousand are four hundred million, of two columns of eight bytes and more: none of the limits lets
/// them through, and each is named by its flag.
#[test]
fn an_answer_that_grows_without_end_is_stopped_by_each_limit() {
    let side = |name: &str| format!("range {name} from 1 to 20000 step 1 | extend k = 1");
    let query = format!("{} | join kind=inner ({}) on k", side("x"), side("y"));
    for (flag, value) in [("--max-rows", "100000"), ("--memory", "64MiB"), ("--timeout", "1")] {
        let mut flags = vec!["query", query.as_str(), "-F", "csv", flag, value];
        if flag == "--timeout" {
            // The time is the limit only where the rows are not.
            flags.extend(["--memory", "1TiB"]);
        }
        let started = Instant::now();
        let ended = Folder::new().run(&flags);
        assert_eq!((ended.code, ended.stdout.as_str()), (3, ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(flag), "{}", ended.stderr);
        assert!(started.elapsed() < PATIENCE, "{:?} for {flag}", started.elapsed());
    }
    let within = format!("{query} | take 10 | count");
    let ended = Folder::new().run(&["query", &within, "-F", "csv", "--max-rows", "1", "--memory", "64MiB"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Count\r\n10\r\n"), "{}", ended.stderr);
}

#[test]
fn a_hundred_thousand_mistakes_take_no_square_of_time() {
    let folder = Folder::new().with("hunt.kql", format!("{}print a", "let a = 1;\n".repeat(100_000)));
    let started = Instant::now();
    assert_eq!(folder.run(&["query", "-f", "hunt.kql", "--diagnostics", "json"]).code, 1);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn a_rule_without_cases_proves_nothing() {
    let rule = "id: 5d1e9a70-3a52-4a08-9d0c-000000000001\nname: A\ndescription: d\nseverity: Low\nrequiredDataConnectors: []\n\
                queryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: []\nrelevantTechniques: []\n\
                version: 1.0.0\nkind: Scheduled\nquery: print DeviceName = 'pc1'\n";
    let mapping =
        "entityMappings:\n- entityType: Host\n  fieldMappings:\n  - {identifier: FullName, columnName: Gone}\n";
    let folder = Folder::new().with("rule.yaml", format!("{rule}{mapping}"));
    let tested = folder.run(&["test", "rule.yaml"]);
    assert!(tested.code == 1 && tested.stdout.contains("FAIL not proven"), "{}{}", tested.stdout, tested.stderr);
    let ended = folder.run(&["detect", "rule.yaml", "--quiet"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let said = "entityMappings[0].fieldMappings[0].columnName: the query gives no column `Gone`";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[test]
fn a_rule_that_lacks_a_field_or_nests_too_deep_is_refused() {
    for (text, said) in [
        ("id: x\nkind: Scheduled\nquery: print 1\n".to_owned(), "severity: is missing"),
        (format!("query: {}", "[".repeat(2_000)), "recursion limit exceeded"),
        ("a: [\nquery: print 1\n".to_owned(), "rule.yaml"),
    ] {
        let ended = Folder::new().with("rule.yaml", text).run(&["detect", "rule.yaml"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}
