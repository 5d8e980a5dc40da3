//! `--batch`: one answer per question, in order, whatever happens to the others.

use serde_json::{Value, json};

use crate::run::{Ended, Folder};

fn batch(lines: &str, more: &[&str]) -> (Ended, Vec<Value>) {
    let folder = Folder::new().with("cases.jsonl", lines);
    let ended = folder.run(&[&["query", "--batch", "cases.jsonl"], more].concat());
    let answers = ended.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    (ended, answers)
}

#[test]
fn each_line_is_answered_in_order() {
    let (ended, answers) = batch(
        "{\"id\":\"a\",\"query\":\"print x = 1\"}\n\n{\"id\":2,\"query\":\"print | |\"}\n{\"id\":\"c\",\"query\":\"print s = 'ok'\",\"more\":true}\n",
        &[],
    );
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(answers[0], json!({"id": "a", "columns": [{"name": "x", "type": "long"}], "rows": [[1]]}));
    assert_eq!((&answers[1]["id"], &answers[1]["unsupported"]), (&json!(2), &json!(false)));
    assert!(answers[1]["error"].is_string() && answers[1]["code"].is_string(), "{}", answers[1]);
    assert_eq!(answers[2], json!({"id": "c", "columns": [{"name": "s", "type": "string"}], "rows": [["ok"]]}));
    assert_eq!(answers.len(), 3);
    assert!(
        ended.stderr.starts_with("note: 3 answers: 2 with rows, 0 not supported yet, 1 with an error"),
        "{}",
        ended.stderr
    );
}

/// Source: a Kusto v2 response. Reals that JSON has no number for are strings; decimal and guid are strings; dynamic is JSON.
#[test]
fn values_are_those_of_a_kusto_response() {
    let query = "print a = real(nan), b = real(+inf), c = real(-inf), d = 1.0, e = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), \
                 f = dynamic({\\\"k\\\":[1,null]}), g = 1d, h = datetime(2024-01-01), i = bool(null), j = ''";
    let (ended, answers) = batch(&format!("{{\"id\":1,\"query\":\"{query}\"}}"), &[]);
    let expect = json!([[
        "NaN", "Infinity", "-Infinity", 1.0, "74be27de-1e4e-49d9-b579-fe0b331d3642", {"k": [1, null]}, "1.00:00:00",
        "2024-01-01T00:00:00Z", null, ""
    ]]);
    assert_eq!(answers[0]["rows"], expect, "{}", ended.stderr);
    assert_eq!(answers[0]["columns"][3]["type"], "real");
}

#[test]
fn a_case_may_have_its_own_now() {
    let cases = "{\"id\":1,\"query\":\"print now()\",\"now\":\"2020-05-05\"}\n{\"id\":2,\"query\":\"print now()\"}";
    let (_, answers) = batch(cases, &["--now", "2021-01-01"]);
    assert_eq!(
        (&answers[0]["rows"], &answers[1]["rows"]),
        (&json!([["2020-05-05T00:00:00Z"]]), &json!([["2021-01-01T00:00:00Z"]]))
    );
}

#[test]
fn check_gives_columns_only() {
    let (_, answers) = batch("{\"id\":1,\"query\":\"print x = 1\"}", &["--check"]);
    assert_eq!(answers[0], json!({"id": 1, "columns": [{"name": "x", "type": "long"}], "rows": []}));
}

#[test]
fn a_line_that_is_no_question_is_refused_before_anything_runs() {
    let (ended, answers) = batch("{\"id\":1,\"query\":\"print 1\"}\nprint 2\n", &[]);
    assert_eq!((ended.code, answers.len()), (2, 0));
    assert!(ended.stderr.contains("`cases.jsonl` line 2"), "{}", ended.stderr);
}

#[test]
fn results_go_to_their_file() {
    let folder = Folder::new().with("cases.jsonl", "{\"id\":1,\"query\":\"print x = 1\"}\n");
    let ended = folder.run(&["query", "--batch", "cases.jsonl", "--results", "answers.jsonl", "--quiet"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    assert_eq!(folder.read("answers.jsonl").lines().count(), 1);
}
