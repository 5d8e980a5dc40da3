//! `vedette check` as a user runs it. Codes are Kusto's own where Kusto has one; places are counted by hand in the text.

use serde_json::Value;

use crate::run::{Ended, Folder, run};

/// What the public repository's own tests want of a rule, and no more.
const RULE: &str = "\
id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001
name: A rule
description: Finds things.
version: 1.0.0
kind: Scheduled
severity: High
requiredDataConnectors: []
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [CommandAndControl]
relevantTechniques: [T1071]
query: |
  SecurityEvent
  | where EventID == 4688
  | project Computer, Account
entityMappings:
- entityType: Host
  fieldMappings:
  - identifier: FullName
    columnName: Computer
";

fn findings(ended: &Ended) -> Vec<Value> {
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    report["findings"].as_array().expect("a list").clone()
}

/// Code, severity, line and column of each finding but those of lints, which have their own tests.
fn told(ended: &Ended) -> Vec<(String, String, u64, u64)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("").to_owned();
    let number = |finding: &Value, key: &str| finding[key].as_u64().unwrap_or(0);
    let one = |finding: &Value| {
        (text(finding, "code"), text(finding, "severity"), number(finding, "line"), number(finding, "column"))
    };
    findings(ended).iter().map(one).filter(|(code, ..)| !code.starts_with("VD4")).collect()
}

fn lints(ended: &Ended) -> Vec<String> {
    let codes = findings(ended).into_iter().map(|finding| finding["code"].as_str().unwrap_or("").to_owned());
    codes.filter(|code| code.starts_with("VD4")).collect()
}

fn expect(found: &[(&str, &str, u64, u64)]) -> Vec<(String, String, u64, u64)> {
    found.iter().map(|(code, severity, line, column)| ((*code).into(), (*severity).into(), *line, *column)).collect()
}

#[test]
fn a_right_rule_and_a_right_query_have_no_finding() {
    let folder = Folder::new()
        .with("rule.yaml", RULE)
        .with("hunt.kql", "SecurityEvent\n| where TimeGenerated > ago(1d) and EventID == 4688\n| count\n");
    let ended = folder.run(&["check", ".", "--format", "json", "--fail-on", "note"]);
    assert_eq!((ended.code, told(&ended)), (0, vec![]), "{}", ended.stdout);
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["files"], 2);
}

/// Defender's tables have `Timestamp`, the same tables in a workspace `TimeGenerated` (the products' published schemas).
#[test]
fn each_product_is_asked() {
    let folder = Folder::new().with("hunt.kql", "DeviceEvents\n| where Timestamp > ago(1d)\n| count\n");
    let check = |schema: &str| folder.run(&["check", "hunt.kql", "--format", "json", "--schema", schema]);
    let both = check("both");
    assert_eq!((both.code, told(&both)), (0, expect(&[("VD3001", "note", 2, 9)])));
    let message = findings(&both)[0]["message"].to_string();
    assert!(message.contains("binds in Defender, fails in Sentinel at `Timestamp`"), "{message}");
    assert_eq!(check("defender").code, 0);
    let sentinel = check("sentinel");
    assert_eq!((sentinel.code, told(&sentinel)), (1, expect(&[("KS142", "error", 2, 9)])));
    assert!(sentinel.stdout.contains("Sentinel has it as `TimeGenerated`"));
    assert_eq!(folder.run(&["check", "hunt.kql", "--fail-on", "warning"]).code, 0);
    let ported = Folder::new().with(
        "hunt.kql",
        "DeviceEvents\n| where Timestamp > ago(1d)\n| project Timestamp, DeviceId\n| sort by Timestamp asc\n",
    );
    assert_eq!(ported.run(&["check", "hunt.kql", "--schema", "sentinel", "--fix", "--unsafe"]).code, 0);
    let sentinels = "DeviceEvents\n| where TimeGenerated > ago(1d)\n| project TimeGenerated, DeviceId\n| sort by TimeGenerated asc\n";
    assert_eq!(ported.read("hunt.kql"), sentinels);
    assert_eq!(folder.run(&["check", "hunt.kql", "--fail-on", "note"]).code, 1);
}

#[test]
fn a_query_over_a_table_of_one_product_is_meant_for_it() {
    let folder = Folder::new().with("s.kql", "SecurityEvent | count").with("d.kql", "ExposureGraphNodes | count");
    let folder =
        folder.with("a.kql", "_Im_Dns | count").with("f.kql", "DeviceFileEvents | invoke FileProfile(SHA1, 1)");
    assert_eq!(told(&folder.run(&["check", ".", "--format", "json"])), []);
    let defender = folder.run(&["check", ".", "--format", "json", "--schema", "defender"]);
    let files = |ended: &Ended| -> Vec<Value> {
        let errors = findings(ended).into_iter().filter(|finding| finding["severity"] == "error");
        errors.map(|finding| finding["file"].clone()).collect()
    };
    assert_eq!(files(&defender), ["./a.kql", "./s.kql"], "ASIM and SecurityEvent are Sentinel's");
    let sentinel = folder.run(&["check", ".", "--format", "json", "--schema", "sentinel"]);
    assert_eq!(files(&sentinel), ["./d.kql", "./f.kql"], "the graph of exposures and FileProfile are Defender's");
}

#[test]
fn columns_of_a_workspace_are_not_defenders() {
    let folder = Folder::new()
        .with("hunt.kql", "DeviceEvents\n| project Type, DeviceId\n")
        .with("info.kql", "DeviceInfo | project MachineGroup");
    let ended = folder.run(&["check", ".", "--format", "json", "--schema", "defender"]);
    assert_eq!(told(&ended), expect(&[("KS142", "error", 2, 11)]));
}

/// `join` without a kind drops rows of the left side: VD4007; VD4023 is about custom detections of Defender's and only told on request.
#[test]
fn lints_are_looked_for_where_they_hold() {
    let query = "SecurityEvent\n| join (SecurityEvent) on Computer\n| count\n";
    let folder = Folder::new().with("hunt.kql", query).with("rule.yaml", RULE);
    let check =
        |arguments: &[&str]| lints(&folder.run(&[&["check", "hunt.kql", "--format", "json"], arguments].concat()));
    assert_eq!(check(&[]), ["VD4010", "VD4007"], "no filter on time, no kind");
    assert!(check(&["--also", "vd4023"]).contains(&"VD4023".to_owned()));
    assert_eq!(folder.run(&["check", "hunt.kql", "--also", "nothing"]).code, 2);
    let allowed = query.replace("| join", "// vedette: allow VD4007 - as meant\n| join");
    let folder = folder.with("hunt.kql", format!("// vedette: allow-file VD4010\n{allowed}"));
    let ended = folder.run(&["check", "hunt.kql", "--format", "json", "--fail-on", "note"]);
    assert_eq!((ended.code, lints(&ended)), (0, vec![]), "{}", ended.stdout);
    let rule = folder.run(&["check", "rule.yaml", "--format", "json"]);
    assert_eq!(lints(&rule), [""; 0], "the period of a rule bounds the time");
}

/// Defender's page of IdentityInfo has AccountUpn, that of Log Analytics AccountUPN; neither has AccountName in DeviceNetworkEvents.
#[test]
fn a_name_that_one_product_has_is_not_called_missing() {
    let folder = Folder::new()
        .with("a.kql", "IdentityInfo | project AccountUpn")
        .with("b.kql", "DeviceNetworkEvents | project AccountName")
        .with("c.kql", "SecurityEvent | project Timestamp");
    let check = |file: &str| told(&folder.run(&["check", file, "--format", "json"]));
    assert_eq!(check("a.kql"), expect(&[("VD3001", "note", 1, 24)]));
    assert_eq!(check("b.kql"), expect(&[("KS142", "warning", 1, 31), ("VD3001", "warning", 1, 31)]));
    assert_eq!(check("c.kql"), expect(&[("KS142", "warning", 1, 25), ("VD3001", "warning", 1, 25)]));
}

#[test]
fn ten_errors_of_a_rule_are_ten_findings_each_at_its_line() {
    let wrong = RULE
        .replace("id: 0c3d", "id: zc3d")
        .replace("version: 1.0.0", "version: '1.0'")
        .replace("severity: High", "severity: Severe")
        .replace("queryFrequency: 1h", "queryFrequency: 1m")
        .replace("queryPeriod: 1d", "queryPeriod: soon")
        .replace("triggerThreshold: 0", "triggerThreshold: many")
        .replace("[CommandAndControl]", "['Command and Control']")
        .replace("EventID == 4688", "EventId == 4688 and Acount == ''")
        .replace("identifier: FullName", "identifier: Fullname");
    let folder = Folder::new().with("rule.yaml", wrong);
    let ended = folder.run(&["check", "rule.yaml", "--format", "json"]);
    assert_eq!(ended.code, 1);
    let lines: Vec<u64> = told(&ended).iter().filter(|found| found.1 == "error").map(|found| found.2).collect();
    // An id, a version, a severity, a period and a threshold; a tactic; two names of the query in one line; a host without a name that
    // counts and with one that there is not. A frequency is judged beside its period, which is none here.
    assert_eq!(lines, [1, 4, 6, 9, 11, 12, 16, 16, 19, 21], "{}", ended.stdout);
    let all: Vec<String> = findings(&ended).iter().map(|found| found["code"].to_string()).collect();
    assert!(all.contains(&"\"KS142\"".to_owned()) && all.contains(&"\"VD3101\"".to_owned()), "{all:?}");
}

#[test]
fn what_a_rule_names_must_be_in_its_result() {
    let folder = Folder::new().with("rule.yaml", RULE.replace("columnName: Computer", "columnName: computer"));
    let ended = folder.run(&["check", "rule.yaml", "--format", "json"]);
    assert_eq!(told(&ended), expect(&[("VD3102", "error", 22, 5)]));
    let finding = &findings(&ended)[0];
    assert_eq!(finding["field"], "entityMappings[0].fieldMappings[0].columnName");
    assert_eq!(finding["hints"][0], "its columns: Computer, Account");
}

/// ATT&CK: T1486 is Data Encrypted for Impact, of the tactic Impact alone.
#[test]
fn techniques_fit_tactics() {
    let folder = Folder::new().with("rule.yaml", RULE.replace("[T1071]", "[T1071, T1486]"));
    let ended = folder.run(&["check", "rule.yaml", "--format", "json"]);
    assert_eq!((ended.code, told(&ended)), (0, expect(&[("VD3104", "warning", 13, 1)])));
}

#[test]
fn ids_are_unique_over_all_files() {
    let folder = Folder::new().with("a.yaml", RULE).with("b.yaml", RULE.replace("0c3d0d3a", "0C3D0D3A"));
    let ended = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!((ended.code, told(&ended)), (1, expect(&[("VD3103", "error", 1, 1)])));
    assert_eq!(findings(&ended)[0]["file"], "./b.yaml");
}

#[test]
fn packs_are_checked_with_their_cases() {
    let folder = Folder::new().with("rule.yaml", RULE);
    std::fs::create_dir_all(folder.path("tests/one")).expect("a folder");
    let folder = folder.with("tests/one/case.yaml", "name: n\nshows: s\nnow: noon\nalerts: []\n");
    let ended = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!((ended.code, told(&ended)), (1, expect(&[("VD3105", "error", 3, 1)])), "{}", ended.stdout);
    let pack = run(&["check", "t1583.004", "--format", "json"]);
    assert_eq!(pack.code, 0, "{}", pack.stdout);
    assert!(told(&pack).iter().all(|found| found.1 != "error"));
}

#[test]
fn functions_and_watchlists_beside_a_rule_are_known() {
    let rule = RULE.replace(
        "SecurityEvent\n",
        "Recent(1d)\n  | join kind=inner (_GetWatchlist('hosts') | project Computer = Owned) on Computer\n",
    );
    let folder = Folder::new().with("rule.yaml", &rule);
    std::fs::create_dir(folder.path("functions")).expect("a folder");
    std::fs::create_dir(folder.path("watchlists")).expect("a folder");
    let folder = folder
        .with(
            "functions/Recent.kql",
            "// What is recent.\n(back: timespan) { SecurityEvent | where TimeGenerated > ago(back) }\n",
        )
        .with("watchlists/hosts.csv", "Owned\nhost.example\n");
    for named in [".", "rule.yaml"] {
        let ended = folder.run(&["check", named, "--format", "json"]);
        assert_eq!(told(&ended), [], "{named}: {}", ended.stdout);
    }
    let folder = folder.with("functions/Recent.kql", "(back: timespan) { SecurityEvent | where Time > ago(back) }\n");
    let ended = folder.run(&["check", "functions", "--format", "json"]);
    assert_eq!(told(&ended), expect(&[("KS142", "error", 1, 42)]));
}

#[test]
fn a_comment_allows_a_finding() {
    let query = |comment: &str| format!("DeviceEvents\n{comment}\n| where Timestamp > ago(1d)\n| count\n");
    for (comment, expected) in [
        ("// vedette: allow VD3001 - for Defender", vec![]),
        ("// vedette: allow VD2006, VD3001", expect(&[("VD3002", "note", 2, 19)])),
        ("// vedette: allow VD0", expect(&[("VD3002", "note", 2, 19), ("VD3001", "note", 3, 9)])),
    ] {
        let folder = Folder::new().with("hunt.kql", query(comment));
        assert_eq!(told(&folder.run(&["check", "hunt.kql", "--format", "json"])), expected, "{comment}");
    }
    let rule = RULE.replace("[T1071]", "[T1486] # vedette: allow VD3104 - see the guide");
    let folder = Folder::new().with("rule.yaml", rule);
    assert_eq!(told(&folder.run(&["check", "rule.yaml", "--format", "json"])), []);
}

/// Names mind case in Kusto, so a name that another one differs from in case only can be nothing else.
#[test]
fn what_is_beyond_doubt_is_mended() {
    let wrong = RULE.replace("EventID == 4688", "EventId == 4688 and Acount == 'é'").replace('\n', "\r\n");
    let folder = Folder::new().with("rule.yaml", format!("\u{feff}{wrong}"));
    let dry = folder.run(&["check", "rule.yaml", "--fix", "--dry-run"]);
    assert_eq!(dry.code, 1);
    assert!(dry.stdout.contains("+  | where EventID == 4688 and Acount == 'é'"), "{}", dry.stdout);
    assert_eq!(folder.read("rule.yaml"), format!("\u{feff}{wrong}"), "--dry-run changes nothing");
    let safe = folder.run(&["check", "rule.yaml", "--fix", "--format", "json"]);
    assert_eq!((safe.code, told(&safe)), (1, expect(&[("KS142", "error", 16, 31)])));
    let half = wrong.replace("EventId", "EventID");
    assert_eq!(folder.read("rule.yaml"), format!("\u{feff}{half}"));
    let all = folder.run(&["check", "rule.yaml", "--fix", "--unsafe", "--format", "json"]);
    assert_eq!((all.code, told(&all)), (0, vec![]));
    assert_eq!(folder.read("rule.yaml"), format!("\u{feff}{}", half.replace("Acount", "Account")));
    assert_eq!(run(&["check", "rule.yaml", "--unsafe"]).code, 2, "--unsafe is about --fix");
}

#[test]
fn people_see_the_line() {
    let folder = Folder::new().with("rule.yaml", RULE.replace("Computer, Account", "Computer, Acount"));
    let ended = folder.run(&["check", "rule.yaml"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("rule.yaml:17:23"), "{}", ended.stdout);
    assert!(ended.stdout.contains("17 │   | project Computer, Acount"), "{}", ended.stdout);
    assert!(ended.stdout.contains("     1  error    KS142"), "{}", ended.stdout);
    assert!(ended.stderr.contains("1 file: 1 error"), "{}", ended.stderr);
    let brief = folder.run(&["check", "rule.yaml", "--format", "brief"]);
    assert!(brief.stdout.starts_with("rule.yaml:17:23: error [KS142] `Acount`"), "{}", brief.stdout);
    assert_eq!(brief.stdout.lines().count(), 1);
}

/// The format of a workflow command: docs.github.com/actions, "Workflow commands for GitHub Actions".
#[test]
fn github_gets_annotations() {
    let folder = Folder::new().with("a,b.kql", "print 1\n| where Nmae == 'a'\n");
    let ended = folder.run(&["check", "a,b.kql", "--format", "github"]);
    let line = ended.stdout.lines().next().unwrap_or("");
    assert!(line.starts_with("::error file=a%2Cb.kql,line=2,col=9,endColumn=13,title=KS142::"), "{line}");
    assert_eq!(ended.stdout.lines().count(), 1, "a line break in a message is %0A");
}

/// SARIF 2.1.0: 3.14.17 (columns in code points), 3.27.6 (ruleIndex), 3.30.5 to 3.30.8 (regions count from 1, ends are exclusive).
#[test]
fn sarif_has_rules_regions_and_uris() {
    let folder = Folder::new().with("ä b.kql", "print é = 1\n| where Nmae == 'a'\n");
    let ended = folder.run(&["check", "ä b.kql", "--format", "sarif", "-o", "out.sarif"]);
    assert_eq!(ended.code, 1);
    let log: Value = serde_json::from_str(&folder.read("out.sarif")).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!((log["version"].as_str(), run["columnKind"].as_str()), (Some("2.1.0"), Some("unicodeCodePoints")));
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%C3%A4%20b.kql");
    assert_eq!(place["region"], serde_json::json!({"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 13}));
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
}

#[test]
fn codes_are_listed_and_explained() {
    let list = run(&["check", "--list"]);
    assert!(list.stdout.lines().any(|line| line.starts_with("KS142 ")), "{}", list.stdout);
    let page = run(&["check", "--explain", "vd3001"]);
    assert!(page.stdout.starts_with("# VD3001"), "{}", page.stdout);
    assert!(run(&["check", "--explain", "KS142"]).stdout.starts_with("# KS142"));
    assert_eq!(run(&["check", "--explain", "VD9999"]).code, 2);
    assert_eq!(run(&["check"]).code, 2);
    let stdin = Folder::new().run_with_stdin(&["check", "-", "--format", "json"], "print x = y");
    assert_eq!((stdin.code, told(&stdin)), (1, expect(&[("KS142", "error", 1, 11)])));
    assert_eq!(run(&["check", "nowhere"]).code, 2);
    assert_eq!(run(&["check", "."]).code, 2, "a folder without queries was named by mistake");
}

/// Every code that check itself or a lint gives has its page.
#[test]
fn every_code_of_ours_has_a_page() {
    let list = run(&["check", "--list"]);
    let codes = list.stdout.lines().filter_map(|line| line.split_whitespace().next());
    for code in codes.filter(|code| code.starts_with("VD3")) {
        let page = run(&["check", "--explain", code]).stdout;
        assert!(page.lines().count() > 2 && page.starts_with(&format!("# {code}: ")), "{code}: {page}");
    }
}

#[test]
fn hostile_files_are_findings() {
    let long = format!("print a = '{}' | where Nmae == 1", "x".repeat(1_000_000));
    let folder = Folder::new()
        .with("empty.kql", "")
        .with("latin.kql", b"T | where a == '\xe9'")
        .with("long.kql", &long)
        .with("broken.yaml", "id: x\nquery: |\n  SecurityEvent\n\tbad: [\n")
        .with("other.yaml", "a: [\n")
        .with("null.kql", b"T\0\0");
    let ended = folder.run(&["check", ".", "--format", "json"]);
    let found: Vec<(String, String)> = findings(&ended)
        .iter()
        .map(|found| (found["file"].as_str().unwrap_or("").to_owned(), found["code"].as_str().unwrap_or("").to_owned()))
        .collect();
    let has = |file: &str, code: &str| found.contains(&(format!("./{file}"), code.to_owned()));
    assert!(has("latin.kql", "VD3003") && has("null.kql", "VD3003") && has("long.kql", "KS142"), "{found:?}");
    assert!(has("broken.yaml", "VD3100"), "{found:?}");
    assert!(!found.iter().any(|(file, _)| file.contains("other.yaml")), "YAML that is no rule is none of our business");
    let many: String = (0..300).map(|number| format!("| join (T{number}) on A\n")).collect();
    let many = Folder::new().with("many.kql", format!("SecurityEvent\n{many}"));
    let ended = many.run(&["check", "many.kql", "--format", "json"]);
    assert_eq!(
        findings(&ended).len(),
        501,
        "three hundred tables and as many joins without a kind are more than five hundred"
    );
    let people = folder.run(&["check", "long.kql"]);
    assert!(people.stdout.len() < 2_000, "a line of a megabyte is not drawn");
    assert!(people.stdout.contains("long.kql:1:1000022: error [KS142]"), "{}", people.stdout);
}
