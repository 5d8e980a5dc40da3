//! Programs that look like beacons and are none: the published rule alerts on every family, and not on what the watchlist allows.
//!
//! The families are the six that the rule's publisher names. That a list with a day of expiry stops to allow is what such a day means.

use std::fs;
use std::path::Path;

use crate::run::Folder;

const FAMILIES: [&str; 6] = [
    "devops-agents",
    "license-heartbeats",
    "monitoring-agents",
    "remote-management",
    "security-feeds",
    "software-updates",
];

fn pack() -> String {
    format!("{}/../../content/packs/t1583.004", env!("CARGO_MANIFEST_DIR"))
}

/// The query of the published rule, as its file has it.
fn published() -> String {
    let rule = fs::read_to_string(Path::new(&pack()).join("detections/server-beacon/rule.yaml")).expect("the rule");
    let query = rule.split_once("query: |\n").expect("a query").1;
    let lines = query.lines().take_while(|line| line.is_empty() || line.starts_with("  "));
    lines.map(|line| format!("{}\n", line.trim_start_matches("  "))).collect()
}

/// How many alerts the published query gives over `logs` with that line before it, and the names that they are about.
fn alerts(folder: &Folder, before: &str, watchlist: &str) -> Vec<String> {
    fs::write(folder.path("rule.kql"), format!("{before}\n{}", published())).expect("a file");
    let (functions, watchlist) = (format!("{}/functions", pack()), format!("beacon_allow_list={watchlist}"));
    let ended = folder.run(&[
        "query",
        "-f",
        "rule.kql",
        "--data",
        "logs",
        "--functions",
        &functions,
        "--watchlist",
        &watchlist,
        "-F",
        "ndjson",
        "--quiet",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let name = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        row["RemoteUrl"].as_str().unwrap_or_default().to_owned()
    };
    ended.stdout.lines().map(name).collect()
}

const ALLOWED: &str = "let DeviceNetworkEvents = NetworkEventsNotAllowed();";

#[test]
fn each_family_makes_the_published_rule_alert_and_the_watchlist_silences_it() {
    let watchlist = format!("{}/watchlists/beacon_allow_list.csv", pack());
    for family in FAMILIES {
        let folder = Folder::new();
        let simulate =
            ["simulate", "--family", family, "--no-noise", "--minutes", "300", "--format", "defender", "--out", "logs"];
        let ended = folder.run(&simulate);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(!alerts(&folder, "", &watchlist).is_empty(), "{family}");
        assert_eq!(alerts(&folder, ALLOWED, &watchlist), [] as [String; 0], "{family}");
    }
}

#[test]
fn a_row_allows_a_program_a_suffix_at_a_dot_until_a_day_and_with_an_owner() {
    let event = |process: &str, name: &str, at: usize| {
        format!(
            "{{\"Timestamp\":\"2026-03-02T{:02}:{:02}:00Z\",\"DeviceId\":\"d\",\"DeviceName\":\"h\",\"ActionType\":\"ConnectionSuccess\",\
             \"RemoteIP\":\"192.0.2.7\",\"RemotePort\":443,\"RemoteUrl\":\"{name}\",\"RemoteIPType\":\"Public\",\"InitiatingProcessFileName\":\"{process}\",\
             \"InitiatingProcessAccountName\":\"a\",\"ReportId\":1}}\n",
            8 + at / 12,
            at % 12 * 5,
        )
    };
    let beacons = [
        ("agent.exe", "intake.metrics.example"),
        ("AGENT.EXE", "metrics.example"),
        ("agent.exe", "evilmetrics.example"),
        ("agent.exe", "metrics.example.evil.example"),
        ("agent.exe", "https://eu.metrics.example:443/v1?x=1"),
        ("powershell.exe", "api.metrics.example"),
        ("agent.exe", ""),
    ];
    let events: String =
        beacons.iter().flat_map(|(process, name)| (0..24).map(|at| event(process, name, at))).collect();
    let folder = Folder::new().with("logs", events);
    let left = |rows: &str| {
        let list = "list.csv";
        fs::write(folder.path(list), format!("Process,Suffix,Owner,Reason,Expires\n{rows}")).expect("a file");
        let mut names = alerts(&folder, ALLOWED, list);
        names.sort();
        names
    };
    let not_allowed = ["", "api.metrics.example", "evilmetrics.example", "metrics.example.evil.example"];
    assert_eq!(left("agent.exe,metrics.example,ops@corp.example,agent,2027-01-01\n"), not_allowed);
    assert_eq!(left("Agent.exe,.METRICS.example.,ops@corp.example,agent,2027-01-01\n"), not_allowed, "spelling");
    for nothing in [
        "agent.exe,metrics.example,ops@corp.example,expired,2026-03-01\n",
        "agent.exe,metrics.example,,without an owner,2027-01-01\n",
        "agent.exe,metrics.example,ops@corp.example,without a day,\n",
        "agent.exe,,ops@corp.example,without a suffix,2027-01-01\n",
        "",
    ] {
        assert_eq!(left(nothing).len(), 7, "{nothing}");
    }
}
