//! Tests of a pack: what a simulation writes, what `verify` finds in it, and which detection sees what.
//!
//! Counts come from the tests themselves: five check-ins half a minute apart, five names, three ports, one task, twelve check-ins of 191 s.

use serde_json::Value;

use crate::run::{Ended, Folder};

const TESTS: [&str; 5] =
    ["beacon-check-in", "dns-lookups", "lolbin-ports", "scheduled-task-callback", "sustained-beacon"];

fn simulated(test: &str) -> Folder {
    let folder = Folder::new();
    let ended = folder.run(&["simulate", test, "--out", "logs"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    folder
}

fn count(folder: &Folder, data: &str, query: &str) -> i64 {
    let ended = folder.run(&["query", query, "--data", data, "-F", "csv", "--quiet"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout.lines().nth(1).and_then(|line| line.parse().ok()).expect("a number")
}

#[test]
fn what_a_test_must_leave_is_found_in_what_it_is_simulated_to_leave() {
    for test in TESTS {
        let folder = simulated(test);
        for (data, more) in [("logs/windows-json", None), ("logs/defender", Some("--any-source"))] {
            let arguments: Vec<&str> = ["verify", test, "--data", data].into_iter().chain(more).collect();
            let ended = folder.run(&arguments);
            assert_eq!(ended.code, 0, "{test} in {data}: {}{}", ended.stdout, ended.stderr);
            assert!(!ended.stdout.contains("MISSING"), "{}", ended.stdout);
        }
    }
}

#[test]
fn a_test_against_a_server_is_seen_on_the_way_too() {
    let folder = Folder::new();
    let server = ["--arg", "server=198.51.100.7"];
    assert_eq!(folder.run(&[&["simulate", "beacon-check-in", "--out", "logs"], &server[..]].concat()).code, 0);
    let ended = folder
        .run(&[&["verify", "beacon-check-in", "--data", "logs/windows-json", "logs/perimeter"], &server[..]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("  ok  ").count(), 6, "{}", ended.stdout);
    let other = folder.run(&["verify", "beacon-check-in", "--data", "logs/windows-json"]);
    assert_eq!(other.code, 1, "the test was run against another server");
    assert!(other.stdout.contains("RemoteIP was 198.51.100.7"), "{}", other.stdout);
}

#[test]
fn the_tables_hold_what_the_test_did() {
    let folder = simulated("beacon-check-in");
    let data = "logs/windows-json";
    let to_server = "DeviceNetworkEvents | where RemoteIP == '127.0.0.1' and RemotePort == 8888 | count";
    assert_eq!(count(&folder, data, to_server), 5);
    assert_eq!(count(&folder, data, "DeviceNetworkEvents | where RemoteIPType == 'Loopback' | count"), 5);
    let script = "DeviceEvents | where AdditionalFields.Command has 'checkin' and InitiatingProcessFileName == 'powershell.exe' | count";
    assert_eq!(count(&folder, data, script), 1);
    // Nothing of it is on the wire, and Defender tells that nobody answered.
    assert_eq!(count(&folder, "logs/zeek", "DeviceNetworkEvents | where RemotePort == 8888 | count"), 0);
    let failed = "DeviceNetworkEvents | where ActionType == 'ConnectionFailed' and RemotePort == 8888 | count";
    assert_eq!(count(&folder, "logs/defender", failed), 5);
    // The ordinary day around it: a browser, in all three.
    for data in ["logs/windows-json", "logs/defender", "logs/zeek"] {
        assert!(count(&folder, data, "DeviceNetworkEvents | where RemotePort == 443 | count") > 20, "{data}");
    }
}

#[test]
fn the_task_is_told_with_its_xml_and_its_child() {
    let folder = simulated("scheduled-task-callback");
    let data = "logs/windows-json";
    let task = "SecurityEvent | where EventID == 4698 and EventData has 'WindowsNetworkHealth' and EventData has '-WindowStyle Hidden' | count";
    assert_eq!(count(&folder, data, task), 1);
    let xml = "DeviceEvents | where ActionType == 'ScheduledTaskCreated' | extend Task = parse_xml(tostring(AdditionalFields.TaskContent)) \
               | where Task.Task.Actions.Exec.Command == 'powershell.exe' | count";
    assert_eq!(count(&folder, data, xml), 1);
    let child = "DeviceProcessEvents | where ProcessCommandLine has '-WindowStyle Hidden' and FileName == 'powershell.exe' \
                 and InitiatingProcessFileName == 'svchost.exe' and InitiatingProcessCommandLine has '-s Schedule' | count";
    assert_eq!(count(&folder, data, child), 1);
}

#[test]
fn a_signal_that_is_missing_is_told_with_the_nearest_thing_and_what_to_look_at() {
    let folder = simulated("dns-lookups");
    let whole = folder.read("logs/windows-json/windows.jsonl");
    let without: String =
        whole.lines().filter(|line| !line.contains("\"EventID\":22,")).flat_map(|line| [line, "\n"]).collect();
    assert!(without.len() < whole.len());
    let folder = folder.with("without.jsonl", without);
    let ended = folder.run(&["verify", "dns-lookups", "--data", "without.jsonl", "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let report: Value = serde_json::from_str(&ended.stdout).expect("one object");
    let signal = |name: &str| {
        report["Signals"]
            .as_array()
            .and_then(|all| all.iter().find(|it| it["Signal"] == name))
            .cloned()
            .expect("the signal")
    };
    let looked_up = signal("each name is looked up");
    // The DNS client's own log tells the same, which is not what was asked for.
    assert_eq!((looked_up["Status"].as_str(), looked_up["Found"].as_i64()), (Some("elsewhere"), Some(0)));
    assert!(looked_up["Hint"].as_str().is_some_and(|hint| hint.contains("DNS logging")), "{looked_up}");
    assert_eq!(signal("powershell starts")["Status"], "found");
    assert_eq!(report["Missing"], 2);
    assert_eq!(report["Host"], "ws-001.corp.example");
    assert_eq!(folder.run(&["verify", "dns-lookups", "--data", "without.jsonl", "--any-source"]).code, 0);
}

#[test]
fn an_earlier_run_does_not_stand_for_this_one() {
    let folder = simulated("lolbin-ports");
    let since =
        |moment: &str| folder.run(&["verify", "lolbin-ports", "--data", "logs/windows-json", "--since", moment]);
    assert_eq!(since("2026-03-02T09:00:00Z").code, 0, "the moment at which the test begins");
    let later = since("2026-03-02T09:00:04Z");
    // By then only the last port is left: the test is at 8443 after 5.2 s.
    assert_eq!((later.code, later.stdout.matches("MISSING").count()), (1, 4), "{}", later.stdout);
}

#[test]
fn signals_of_two_hosts_are_not_one_test() {
    let folder = simulated("lolbin-ports");
    let moved: String = folder
        .read("logs/windows-json/windows.jsonl")
        .lines()
        .map(|line| match line.contains("\"DestinationPort\":8443") {
            true => line.replace("ws-001.corp.example", "ws-002.corp.example") + "\n",
            false => format!("{line}\n"),
        })
        .collect();
    let ended = folder.with("moved.jsonl", moved).run(&["verify", "lolbin-ports", "--data", "moved.jsonl"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("MISSING").count(), 1, "{}", ended.stdout);
    assert!(ended.stdout.contains("on ws-001.corp.example"), "{}", ended.stdout);
}

/// content.md, 2.7: the published rule fires on none of the four published tests; the fifth was made so that it does.
#[test]
fn the_published_rule_fires_on_the_fifth_test_alone_and_each_test_is_seen_by_its_query() {
    let folder = Folder::new();
    let ended = folder.run(&[
        "matrix",
        "t1583.004",
        "--source",
        "windows-json",
        "--hosts",
        "1",
        "--format",
        "json",
        "--fail-on-gap",
    ]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let report: Value = serde_json::from_str(&ended.stdout).expect("one object");
    let cells = report["Cells"].as_array().expect("cells");
    let cell = |test: &str, is_it: &dyn Fn(&Value) -> bool| {
        cells.iter().find(|cell| cell["Test"] == test && is_it(cell)).cloned().expect("a cell")
    };
    let is_published = |cell: &Value| {
        cell["Kind"] == "rule"
            && cell["Detection"] == "Server beacon - regular outbound connections from a process that is no browser"
    };
    let because = [
        ("beacon-check-in", "RemoteIPType was Loopback"),
        ("dns-lookups", "no row in `DeviceNetworkEvents`"),
        ("lolbin-ports", "RemoteIPType was Loopback"),
        ("scheduled-task-callback", "RemoteIPType was Loopback"),
    ];
    for (test, reason) in because {
        let published = cell(test, &is_published);
        assert_eq!(published["Fired"], false, "{published}");
        assert!(published["Reason"].as_str().is_some_and(|told| told.contains(reason)), "{published}");
        assert_eq!(
            cell(test, &|cell| cell["Kind"] == "covering" && cell["Detection"] == test)["Fired"],
            true,
            "{test}"
        );
    }
    assert_eq!(cell("sustained-beacon", &is_published)["Rows"], 1);
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_gives_others() {
    let write = |seed: &str| {
        let ended = Folder::new().run(&[
            "simulate",
            "sustained-beacon",
            "--hosts",
            "2",
            "--seed",
            seed,
            "--format",
            "windows-json",
        ]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        ended.stdout
    };
    let first = write("7");
    assert_eq!(first, write("7"));
    assert_ne!(first, write("8"));
    assert!(first.contains("ws-001.corp.example") && first.contains("ws-002.corp.example"));
    assert_eq!(
        first.matches("203.0.113.10").count(),
        write("8").matches("203.0.113.10").count(),
        "the test is the same in every seed"
    );
}

#[test]
fn a_command_line_that_cannot_be_is_refused() {
    let says = |arguments: &[&str], text: &str| {
        let Ended { code, stderr, .. } = Folder::new().run(arguments);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(text), "{stderr}");
    };
    says(&["simulate", "nothing"], "tests here: beacon-check-in");
    says(&["simulate", "lolbin-ports", "--arg", "sever=192.0.2.1"], "inputs here: server");
    says(&["simulate", "lolbin-ports"], "name a folder with --out");
    says(&["simulate", "--family", "nothing"], "families here: all, devops-agents");
    says(&["simulate", "beacon-check-in", "--arg", "port=many", "--format", "zeek"], "port: expected a number");
    says(&["verify", "nothing", "--data", "."], "`nothing` is no test");
    says(&["simulate"], "required");
}
