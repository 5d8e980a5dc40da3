//! What is wrong with a query, and where. Codes are Kusto's own (KS142 is a name that is not found, KS204 a table); places are counted
//! by hand in the query.

use serde_json::Value;

use crate::run::{Folder, run};

#[test]
fn a_wrong_name_is_shown_in_its_line() {
    let folder = Folder::new().with("hunt.kql", "datatable(Name:string)['a']\n| where Nmae == 'a'\n");
    let ended = folder.run(&["query", "-f", "hunt.kql"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("[KS142]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hunt.kql:2:9"), "{}", ended.stderr);
    assert!(ended.stderr.contains("2 │ | where Nmae == 'a'"), "{}", ended.stderr);
    assert!(!ended.stderr.contains('\u{1b}'), "no color in a pipe: {:?}", ended.stderr);
}

#[test]
fn programs_read_findings_as_json() {
    let ended = run(&["query", "print é = 1\n| where Nmae == 'a'", "--diagnostics", "json"]);
    assert_eq!(ended.code, 1);
    let finding: Value = serde_json::from_str(ended.stderr.lines().next().expect("one line")).expect("JSON");
    assert_eq!((finding["code"].as_str(), finding["severity"].as_str()), (Some("KS142"), Some("error")), "{finding}");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(2), Some(9)), "{finding}");
    // `é` takes two bytes, so line 2 begins at byte 13.
    assert_eq!((finding["start"].as_u64(), finding["end"].as_u64()), (Some(21), Some(25)), "{finding}");
}

#[test]
fn a_query_that_does_not_parse_is_refused() {
    let ended = run(&["query", "print 1 |"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("<query>:1:10"), "{}", ended.stderr);
}

#[test]
fn check_says_what_is_wrong_and_runs_nothing() {
    let good = run(&["query", "print x = 1", "--check"]);
    assert_eq!((good.code, good.stdout.as_str(), good.stderr.as_str()), (0, "", "note: gives x: long\n"));
    assert_eq!(run(&["query", "print x = y", "--check"]).code, 1);
}

#[test]
fn an_unknown_table_is_refused_by_name() {
    let ended = run(&["query", "NoSuchTable_CL | count"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("[KS204]") && ended.stderr.contains("NoSuchTable_CL"), "{}", ended.stderr);
}
