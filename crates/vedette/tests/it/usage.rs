//! Where the query comes from, what now is, and how the program ends.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::run::{Folder, run};

#[test]
fn a_query_comes_from_an_argument_a_file_or_stdin() {
    let expect = "x\r\n3\r\n";
    let folder = Folder::new().with("q.kql", "print x = 1 + 2").with("bom.kql", "\u{feff}print x = 1 + 2");
    assert_eq!(folder.run(&["query", "print x = 1 + 2", "-F", "csv"]).stdout, expect);
    assert_eq!(folder.run(&["query", "-f", "q.kql", "-F", "csv"]).stdout, expect);
    assert_eq!(folder.run(&["query", "-f", "bom.kql", "-F", "csv"]).stdout, expect);
    assert_eq!(folder.run_with_stdin(&["query", "-", "-F", "csv"], "print x = 1 + 2").stdout, expect);
    assert_eq!(folder.run_with_stdin(&["query", "-F", "csv"], "print x = 1 + 2").stdout, expect);
}

#[test]
fn now_is_what_the_command_line_says() {
    let ended = run(&["query", "print n = now(), a = ago(1d)", "--now", "2024-03-01T06:00:00Z", "-F", "csv"]);
    assert_eq!(ended.stdout, "n,a\r\n2024-03-01T06:00:00Z,2024-02-29T06:00:00Z\r\n", "{}", ended.stderr);
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    for arguments in [
        &["query"][..],
        &["query", "print 1", "--now", "yesterday"],
        &["query", "print 1", "--format", "xml"],
        &["query", "print 1", "--table", "people.csv"],
        &["query", "print 1", "-f", "q.kql"],
        &["query", "--data", "print 1"],
        &["query", "print 1", "--memory", "much"],
        &["frobnicate"],
    ] {
        let ended = run(arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn a_query_taken_for_a_path_is_explained() {
    let ended = run(&["query", "--data", "print 1"]);
    assert!(ended.stderr.contains("`print 1` was taken as a path of --data"), "{}", ended.stderr);
}

#[test]
fn a_file_that_is_not_there_ends_with_3() {
    let ended = run(&["query", "-f", "absent.kql"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.starts_with("error: cannot read `absent.kql`"), "{}", ended.stderr);
    let ended = run(&["query", "print 1", "-o", "no/such/folder/rows.csv"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new();
    let mut command = folder.command(&["query", "range x from 1 to 200000 step 1", "-F", "ndjson"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut first).expect("a line");
    let mut said = String::new();
    child.stderr.take().expect("stderr is piped").read_to_string(&mut said).expect("stderr is text");
    let status = child.wait().expect("the binary ends");
    assert_eq!((first.as_str(), status.code(), said.as_str()), ("{\"x\":1}\n", Some(0), ""));
}

#[test]
fn version_and_help_are_no_errors() {
    let ended = run(&["--version"]);
    assert_eq!((ended.code, ended.stdout), (0, format!("vedette {}\n", env!("CARGO_PKG_VERSION"))));
    let ended = run(&["query", "--help"]);
    assert!(ended.code == 0 && ended.stdout.contains("Examples:"), "{}", ended.stdout);
}
