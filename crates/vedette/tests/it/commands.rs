//! Tables of one's own and management commands from the command line.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::run::Folder;

fn query(folder: &Folder, text: &str) -> String {
    let ended = folder.run(&["query", text, "--lake", "lake", "-F", "csv", "-q"]);
    assert_eq!(ended.code, 0, "{text}: {}", ended.stderr);
    ended.stdout.replace("\r\n", "\n")
}

/// `{"n": 0, "host": "h0"}` and so on.
fn records(count: u32) -> String {
    (0..count).map(|number| format!("{}\n", json!({"n": number, "host": format!("h{}", number % 7)}))).collect()
}

#[test]
fn records_of_no_known_table_have_one_of_their_own() {
    let folder = Folder::new().with("app.jsonl", records(10));
    let without = folder.run(&["ingest", "app.jsonl", "--lake", "lake"]);
    assert!(without.code == 0 && without.stderr.contains("`--table`"), "{}", without.stderr);
    let with = folder.run(&["ingest", "app.jsonl", "--lake", "lake", "--table", "App_CL"]);
    assert!(with.code == 0 && with.stderr.contains("App_CL: 10"), "{}", with.stderr);
    assert_eq!(query(&folder, "App_CL | summarize count(), sum(n), max(host)"), "count_,sum_n,max_host\n10,45,h6\n");
    let tables = folder.run(&["tables", "--lake", "lake", "-F", "csv", "-q"]);
    assert!(tables.stdout.contains("App_CL,10,3"), "{}", tables.stdout);
    let status = folder.run(&["lake", "status", "--lake", "lake", "-F", "csv", "-q"]);
    assert!(status.stdout.contains("App_CL,10,1,"), "{}", status.stdout);
    let refused = folder.run(&["ingest", "app.jsonl", "--lake", "lake", "--table", "Syslog"]);
    assert!(refused.code == 2 && refused.stderr.contains("Syslog_CL"), "{}", refused.stderr);
}

#[test]
fn commands_are_queries_that_begin_with_a_dot() {
    let folder =
        Folder::new().with("app.jsonl", records(10)).with("make.kql", "// a table\n.create table T (a: long)\n");
    folder.run(&["ingest", "app.jsonl", "--lake", "lake", "--table", "App_CL"]);
    assert_eq!(folder.run(&["query", "-f", "make.kql", "--lake", "lake"]).code, 0);
    assert_eq!(query(&folder, ".show tables | where TableName == 'T' | project TableName"), "TableName\nT\n");
    let refused = folder.run(&["query", ".create table T (a: long)"]);
    assert!(refused.code == 1 && refused.stderr.contains("--lake"), "{}", refused.stderr);
    let unbuilt = folder.run(&["query", ".show tables |\nwhere", "--lake", "lake"]);
    assert_eq!(unbuilt.code, 1, "{}", unbuilt.stderr);
    let unbuilt =
        folder.run(&["query", ".alter table T policy caching hot = 1d", "--lake", "lake", "--diagnostics", "json"]);
    let found: Value = serde_json::from_str(unbuilt.stderr.lines().next().unwrap_or_default()).expect("JSON");
    assert_eq!((unbuilt.code, &found["unsupported"], &found["line"]), (1, &json!(".alter"), &json!(1)));
}

/// What a command of a batch writes is there for the queries behind it.
#[test]
fn a_batch_runs_its_commands_in_order() {
    let cases = [
        ".set T <| print a = 1",
        "T | count",
        ".append T <| print 2",
        "T | summarize sum(a)",
        ".drop table T",
        "T | count",
    ];
    let lines: String = cases.iter().map(|text| format!("{}\n", json!({"id": text, "query": text}))).collect();
    // A command that writes makes the lake, as an ingestion does.
    let folder = Folder::new().with("cases.jsonl", lines);
    let ended = folder.run(&["query", "--batch", "cases.jsonl", "--lake", "lake"]);
    let answers: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&answers[1]["rows"], &answers[3]["rows"]), (&json!([[1]]), &json!([[3]])), "{}", ended.stdout);
    assert_eq!(answers[4]["columns"][0]["name"], "TableName");
    assert!(answers[5]["error"].as_str().is_some_and(|text| text.contains("`T`")), "{}", answers[5]);
}

/// Killed at some moment, a command has stored all of its rows or none; an ingestion goes on where it was.
#[test]
fn what_is_killed_is_done_wholly_or_not_at_all() {
    let folder = Folder::new().with("app.jsonl", records(20_000));
    let ingest = ["ingest", "app.jsonl", "--lake", "lake", "--table", "App_CL", "-q"];
    let append = ["query", ".set-or-append T <| range a from 1 to 50000 step 1", "--lake", "lake", "-q"];
    let kill = |arguments: &[&str], after: u64| {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        std::thread::sleep(Duration::from_millis(after));
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
    };
    for after in [100, 300, 600, 900] {
        kill(&ingest, after);
    }
    let last = folder.run(&ingest);
    assert_eq!(last.code, 0, "{}", last.stderr);
    // 0 + … + 19,999 = 199,990,000.
    assert_eq!(
        query(&folder, "App_CL | summarize count(), sum(n), dcount(host)"),
        "count_,sum_n,dcount_host\n20000,199990000,7\n"
    );
    query(&folder, ".create table T (a: long)");
    for after in [80, 160, 240, 320, 400, 500] {
        kill(&append, after);
    }
    // Whatever is left undone is done by the next.
    query(&folder, ".append T <| print 0");
    let counts = query(&folder, "T | summarize n = count() by a | where a > 0 | summarize count(), min(n), max(n)");
    let line: Vec<&str> = counts.lines().last().unwrap_or_default().split(',').collect();
    assert!(line[0] == "0" || line[0] == "50000" && line[1] == line[2], "{counts}");
}
