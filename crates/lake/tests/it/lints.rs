//! The lints over the tables and functions that there are: what they find, what they leave alone, and their pages.
//!
//! Which queries are wrong follows from the documentation that each page names, or from arithmetic that stands on it.

use std::collections::BTreeSet;
use std::fmt::Write;

use engine::functions;
use lake::Content;
use semantics::lints::{LINTS, Linted, Occasion, find, lint, lint_with};
use semantics::plugin::PluginInfo;
use semantics::signature::{FunctionInfo, FunctionKind};
use semantics::{Catalog, StoredFunction, TableSchema};
use std::sync::Arc;
use syntax::{Diagnostic, Severity};

struct Tables(Content);

impl Catalog for Tables {
    fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        self.0.table(name).ok().flatten()
    }

    fn table_names(&self) -> Vec<String> {
        self.0.table_names().iter().cloned().collect()
    }

    fn function(&self, name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo> {
        functions::function_info(name, kind)
    }

    fn function_names(&self, kind: FunctionKind) -> Vec<&'static str> {
        functions::function_names(kind)
    }

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.0.function(name).ok().flatten()
    }

    fn is_empty(&self, _: &str) -> bool {
        true
    }

    fn plugin(&self, name: &str) -> Option<&'static PluginInfo> {
        functions::plugin_info(name)
    }

    fn plugin_names(&self) -> Vec<&'static str> {
        functions::plugin_names()
    }
}

/// What one lint finds in a query that must bind.
fn found(code: &str, query: &str) -> Vec<Diagnostic> {
    let parsed = syntax::parse(query);
    let (bound, said) = semantics::bind(&parsed.query, &Tables(Content::embedded()));
    assert!(bound.is_some(), "{query}\n{said:?}");
    lint_with(&Linted::new(query, &parsed.query, bound.as_ref()), |lint| lint.code == code)
}

/// The text that each finding is about.
fn places(code: &str, query: &str) -> Vec<String> {
    found(code, query).iter().map(|diagnostic| diagnostic.span.text(query).to_owned()).collect()
}

#[track_caller]
fn finds(code: &str, query: &str, place: &str) {
    assert_eq!(places(code, query), [place], "{code}\n{query}");
}

#[track_caller]
fn silent(code: &str, query: &str) {
    assert_eq!(places(code, query), Vec::<String>::new(), "{code}\n{query}");
}

/// The query after the first fix of its only finding.
#[track_caller]
fn fixed(code: &str, query: &str) -> String {
    let found = found(code, query);
    let fix = found.first().and_then(|diagnostic| diagnostic.fixes.first()).expect("the finding has a fix");
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = query.to_owned();
    for (span, new) in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    text
}

mod pages {
    use super::*;

    /// The blocks of KQL of a page: what is wrong, and what to write instead.
    fn blocks(page: &str) -> Vec<String> {
        let mut blocks: Vec<String> = vec![];
        let mut is_inside = false;
        for line in page.lines() {
            match line {
                "```kql" => {
                    is_inside = true;
                    blocks.push(String::new());
                }
                "```" => is_inside = false,
                line if is_inside => {
                    let block = blocks.last_mut().expect("a block was begun");
                    let _ = writeln!(block, "{line}");
                }
                _ => {}
            }
        }
        blocks
    }

    #[test]
    fn every_lint_has_a_page_and_every_page_a_lint() {
        // Those of other kinds of findings are the command line's.
        let pages = Content::embedded().stems("lints", "md").into_iter().filter(|code| code.starts_with("VD4"));
        let pages: BTreeSet<String> = pages.collect();
        let codes: BTreeSet<String> = LINTS.iter().map(|lint| lint.code.to_owned()).collect();
        assert_eq!(pages, codes);
        assert_eq!(codes.len(), LINTS.len(), "a code is used once");
        let names: BTreeSet<&str> = LINTS.iter().map(|lint| lint.name).collect();
        assert_eq!(names.len(), LINTS.len(), "a name is used once");
        assert!(LINTS.is_sorted_by_key(|lint| lint.code));
    }

    /// The first example of a page is found, and what is to be written instead is not.
    #[test]
    fn every_page_shows_what_is_found_and_what_is_not() {
        for lint in LINTS {
            let path = format!("lints/{}.md", lint.code);
            let page = Content::embedded().text(&path).expect("content is read").expect("the page is there");
            assert!(page.starts_with(&format!("# {} {}\n", lint.code, lint.name)), "{path}");
            assert!(page.contains(&format!("// vedette: allow {} - ", lint.code)), "{path}");
            assert!(page.contains("## Source"), "{path}");
            let blocks = blocks(&page);
            let [wrong, right] = blocks.as_slice() else { unreachable!("{path} has {} blocks of KQL", blocks.len()) };
            assert_eq!(found(lint.code, wrong).len(), 1, "{path}\n{wrong}");
            assert_eq!(found(lint.code, right).len(), 0, "{path}\n{right}");
        }
    }

    #[test]
    fn a_lint_is_found_by_its_code_and_its_name() {
        assert_eq!(find("VD4007").map(|lint| lint.name), Some("join-without-kind"));
        assert_eq!(find("join-without-kind").map(|lint| lint.code), Some("VD4007"));
        assert!(find("VD9999").is_none());
    }
}

mod finding {
    use super::*;

    #[test]
    fn look_alike_domains() {
        finds("VD4001", "DeviceNetworkEvents | where RemoteUrl !has 'microsoft.com'", "!has");
        finds(
            "VD4001",
            "DeviceNetworkEvents | where RemoteUrl !endswith 'office.com' and RemoteUrl !endswith 'live.com'",
            "!endswith",
        );
        finds(
            "VD4001",
            "let Known = dynamic(['apple.com']); DeviceNetworkEvents | where not(RemoteUrl has_any (Known))",
            "has_any",
        );
        finds(
            "VD4001",
            "DeviceNetworkEvents | where not(RemoteUrl startswith 'https://login.example.org')",
            "startswith",
        );
        silent(
            "VD4001",
            "DeviceNetworkEvents | where RemoteUrl !endswith '.microsoft.com' and RemoteUrl != 'microsoft.com'",
        );
        silent("VD4001", "DeviceNetworkEvents | where RemoteUrl has 'evil.example'");
        silent("VD4001", "DeviceNetworkEvents | where RemoteUrl !has 'microsoft.graph.delta'");
        silent("VD4001", "DeviceProcessEvents | where not(FileName has_any ('cmd.exe', 'ps.dll'))");
        silent("VD4001", "DeviceNetworkEvents | where DeviceName !endswith 'corp.example.com'");
        silent("VD4001", "DeviceNetworkEvents | where RemoteUrl !startswith 'https://login.example.org/'");
    }

    #[test]
    fn groups_by_address_and_name() {
        let group =
            "DeviceNetworkEvents | summarize n = count(), Seen = max(Timestamp) by DeviceName, RemoteIP, RemoteUrl";
        finds("VD4002", &format!("{group} | where n > 10"), "RemoteUrl");
        finds("VD4002", &format!("{group} | extend Rate = n / 24 | where Rate >= 2"), "RemoteUrl");
        finds(
            "VD4002",
            "CommonSecurityLog | summarize n = count() by DestinationIP, DestinationHostName | where n between (5 .. 50)",
            "DestinationHostName",
        );
        silent("VD4002", group);
        silent("VD4002", &format!("{group} | where DeviceName == 'a'"));
        silent("VD4002", "DeviceNetworkEvents | summarize n = count() by DeviceName, RemoteIP | where n > 10");
    }

    const GROUP: &str = "DeviceNetworkEvents | where Timestamp > ago(24h) \
        | summarize First = min(Timestamp), Last = max(Timestamp), n = count() by DeviceName, RemoteIP";

    #[test]
    fn means_of_intervals() {
        let minutes = format!("{GROUP} | extend Minutes = datetime_diff('minute', Last, First)");
        finds(
            "VD4003",
            &format!("{minutes} | extend Mean = Minutes / toreal(n) | where Mean between (1 .. 60)"),
            "Minutes / toreal(n)",
        );
        finds("VD4003", &format!("{GROUP} | where (Last - First) / (n - 1) > 1m"), "(Last - First) / (n - 1)");
        silent("VD4003", &format!("{GROUP} | extend Mean = (Last - First) / n"));
        silent("VD4003", &format!("{GROUP} | extend Size = n / 2 | where Size > 1"));
        finds("VD4004", &format!("{minutes} | extend Mean = Minutes * 1.0 / n"), "n");
        finds("VD4004", &format!("{GROUP} | extend Mean = (Last - First) / n"), "n");
        silent("VD4004", &format!("{GROUP} | extend Mean = (Last - First) / (n - 1)"));
        silent("VD4004", &format!("{GROUP} | extend Mean = (Last - First) / max_of(n - 1, 1)"));
        silent("VD4004", &format!("{GROUP} | extend Hours = (Last - First) / 1h"));
        assert!(fixed("VD4004", &format!("{GROUP} | extend Mean = (Last - First) / n")).ends_with("/ (n - 1)"));
    }

    #[test]
    fn neighbors_of_other_groups() {
        let sorted = |keys: &str, gap: &str| format!("DeviceNetworkEvents | sort by {keys} | extend Gap = {gap}");
        let (gap, asked) = (
            "Timestamp - prev(Timestamp)",
            "iff(prev(RemoteIP) == RemoteIP, Timestamp - prev(Timestamp), timespan(null))",
        );
        finds("VD4039", &sorted("RemoteIP asc, Timestamp asc", gap), "prev");
        finds("VD4039", &sorted("Timestamp asc, RemoteIP asc", asked), "Timestamp");
        let by = |keys: &str| {
            format!("{} | summarize count() by Gap, RemoteIP", sorted(keys, "next(Timestamp) - Timestamp"))
        };
        finds("VD4039", &by("Timestamp asc, RemoteIP asc"), "Timestamp");
        // A last key that only settles ties.
        silent("VD4039", &sorted("RemoteIP asc, Timestamp asc, ReportId asc", asked));
        silent("VD4039", &sorted("RemoteIP asc, Timestamp asc", asked));
        silent("VD4039", &sorted("Timestamp asc", gap));
        silent("VD4039", &sorted("RemoteIP asc, Timestamp asc", "prev(RemoteUrl)"));
    }

    #[test]
    fn fractions_cut_off() {
        let group = "DeviceInfo | summarize a = countif(OSPlatform == 'x'), b = count() by DeviceId";
        finds("VD4036", &format!("{group} | where a / b > 0.5"), "a / b");
        finds("VD4036", &format!("{group} | extend Share = round(a / b, 2)"), "a / b");
        finds("VD4036", &format!("{group} | extend Percent = (a / b) * 100"), "a / b");
        silent("VD4036", &format!("{group} | extend Percent = 100.0 * a / b, Share = toreal(a) / b"));
        silent("VD4036", &format!("{group} | where a / b > 2"));
        silent("VD4036", &format!("{group} | extend Percent = a * 100 / b"));
        assert!(fixed("VD4036", &format!("{group} | where a / b > 0.5")).ends_with("toreal(a) / b > 0.5"));
    }

    #[test]
    fn borders_counted_as_time() {
        finds(
            "VD4005",
            &format!("{GROUP} | where datetime_diff('minute', Last, First) > 30"),
            "datetime_diff('minute', Last, First) > 30",
        );
        finds(
            "VD4005",
            &format!("{GROUP} | extend Hours = datetime_diff('hour', Last, First) | where Hours >= 2"),
            "Hours >= 2",
        );
        silent("VD4005", &format!("{GROUP} | where datetime_diff('day', Last, First) > 90"));
        silent("VD4005", &format!("{GROUP} | where datetime_diff('day', Last, First) == 0"));
        silent("VD4005", &format!("{GROUP} | where datetime_diff('second', Last, First) > 30"));
        silent("VD4005", &format!("{GROUP} | where datetime_diff('day', startofday(Last), startofday(First)) > 1"));
    }

    /// 8 different days need at least 6 whole days between the first and the last; 10 events 2 hours apart need 18 hours.
    #[test]
    fn windows_shorter_than_their_thresholds() {
        let days = |window: &str| {
            format!(
                "DeviceNetworkEvents | where Timestamp > ago({window}) | summarize d = dcount(bin(Timestamp, 1d)) by RemoteIP | where d >= 8"
            )
        };
        finds("VD4006", &days("5d"), "d >= 8");
        silent("VD4006", &days("7d"));
        let every = |window: &str| {
            format!(
                "DeviceNetworkEvents | where Timestamp > ago({window}) | summarize First = min(Timestamp), Last = max(Timestamp), n = count() \
                 by RemoteIP | extend Mean = (Last - First) / n | where n >= 10 and Mean >= 2h"
            )
        };
        finds("VD4006", &every("12h"), "Mean >= 2h");
        silent("VD4006", &every("18h"));
        let lasting = "DeviceNetworkEvents | where Timestamp > ago(1h) | summarize a = min(Timestamp), b = max(Timestamp) by RemoteIP";
        finds("VD4006", &format!("{lasting} | where b - a > 2h"), "b - a > 2h");
        silent("VD4006", &format!("{lasting} | where b - a > 30m"));
    }

    #[test]
    fn joins_without_a_kind() {
        finds("VD4007", "DeviceProcessEvents | join DeviceNetworkEvents on DeviceId", "join");
        finds(
            "VD4007",
            "DeviceProcessEvents | summarize by DeviceId, FileName | join DeviceNetworkEvents on DeviceId",
            "join",
        );
        silent("VD4007", "DeviceProcessEvents | join kind=inner DeviceNetworkEvents on DeviceId");
        silent("VD4007", "DeviceProcessEvents | distinct DeviceId | join DeviceNetworkEvents on DeviceId");
        silent(
            "VD4007",
            "let A = DeviceProcessEvents | summarize n = count() by DeviceId; A | where n > 1 | join DeviceNetworkEvents on DeviceId",
        );
        silent("VD4007", "AlertInfo | join AlertEvidence on AlertId");
        silent("VD4007", "DeviceInfo | project DeviceId | join DeviceFileEvents on DeviceId");
        silent(
            "VD4007",
            "DeviceInfo | join DeviceFileEvents on DeviceId | summarize make_set(SHA1) by InitiatingProcessId",
        );
        finds("VD4007", "DeviceInfo | join DeviceFileEvents on DeviceId | summarize count() by SHA1", "join");
        silent("VD4007", "datatable(DeviceId: string)['a', 'b'] | join DeviceInfo on DeviceId");
        finds("VD4007", "datatable(DeviceId: string)['a', 'a'] | join DeviceInfo on DeviceId", "join");
        silent("VD4007", "EmailUrlInfo | join EmailEvents on NetworkMessageId | distinct RecipientEmailAddress");
        let severity = |query: &str| found("VD4007", query).first().map(|diagnostic| diagnostic.severity);
        assert_eq!(severity("DeviceProcessEvents | join DeviceInfo on DeviceId"), Some(Severity::Warning));
        assert_eq!(
            severity("DeviceProcessEvents | mv-expand d = dynamic([1]) | join DeviceInfo on DeviceId"),
            Some(Severity::Note)
        );
        let query = "DeviceProcessEvents | join DeviceNetworkEvents on DeviceId";
        assert_eq!(fixed("VD4007", query), "DeviceProcessEvents | join kind=inner DeviceNetworkEvents on DeviceId");
    }

    #[test]
    fn tests_of_sets_that_were_cut_off() {
        let set = "DeviceProcessEvents | summarize Names = make_set(FileName, 5) by DeviceId";
        finds("VD4008", &format!("{set} | where Names has_any ('a.exe', 'b.exe')"), "Names has_any ('a.exe', 'b.exe')");
        finds("VD4008", &format!("{set} | where array_length(Names) > 5"), "array_length(Names) > 5");
        finds("VD4008", &format!("{set} | extend x = set_has_element(Names, 'a')"), "set_has_element(Names, 'a')");
        silent("VD4008", &format!("{set} | where array_length(Names) >= 5"));
        silent(
            "VD4008",
            "DeviceProcessEvents | summarize Names = make_set(FileName) by DeviceId | where Names has 'a.exe'",
        );
        silent("VD4008", &format!("{set} | where DeviceId has 'a'"));
        silent(
            "VD4008",
            "DeviceProcessEvents | summarize Names = make_set(FileName, 1000) by DeviceId | where Names has 'a'",
        );
        let query = "DeviceProcessEvents | summarize Names = make_set(FileName, 5) by DeviceId | where Names has 'a'";
        assert!(fixed("VD4008", query).contains("make_set(FileName) by"));
    }

    #[test]
    fn new_values_among_those_that_are_new() {
        let new = |known: &str, filter: &str| {
            format!(
                "let K = DeviceProcessEvents {known} | distinct SHA1; DeviceProcessEvents | where Timestamp > ago(1d) {filter}"
            )
        };
        finds("VD4041", &new("| where Timestamp > ago(14d)", "| where SHA1 !in (K)"), "!in");
        finds("VD4041", &new("", "| where FileName =~ 'a.exe' | join kind=leftanti (K) on SHA1"), "join");
        finds(
            "VD4041",
            &new(
                "| where Timestamp > ago(1d) and  FileName =~ 'a.exe'",
                "| where not(SHA1 in (K)) and FileName =~ 'a.exe'",
            ),
            "in",
        );
        silent("VD4041", &new("| where Timestamp between (ago(14d) .. ago(1d))", "| where SHA1 !in (K)"));
        silent("VD4041", &new("| where Timestamp > ago(14d) | where FileName =~ 'a.exe'", "| where SHA1 !in (K)"));
        silent("VD4041", &new("| where Timestamp > ago(14d)", "| where MD5 !in (K)"));
        silent("VD4041", &new("| where Timestamp > ago(14d)", "| where SHA1 in (K)"));
        silent("VD4041", &new("| where Timestamp > ago(1h)", "| where SHA1 !in (K)"));
        silent("VD4041", &new("| where Timestamp > ago(14d) and Timestamp < ago(1d)", "| where SHA1 !in (K)"));
    }

    #[test]
    fn lists_read_as_text() {
        let set = "DeviceProcessEvents | summarize Names = make_set(FileName) by DeviceId";
        finds("VD4040", &format!("{set} | where Names has_any ('a.exe', 'b.exe')"), "has_any");
        finds("VD4040", &format!("{set} | extend x = iff(tostring(Names) contains DeviceId, 1, 2)"), "contains");
        silent("VD4040", &format!("{set} | where Names has 'cmd'"));
        silent("VD4040", &format!("{set} | where set_has_element(Names, 'a.exe')"));
        silent("VD4040", "DeviceProcessEvents | where FileName has_any ('a.exe', 'b.exe')");
    }

    #[test]
    fn times_of_two_products() {
        finds("VD4009", "DeviceFileEvents | where TimeGenerated > ago(1d) | project Timestamp", "Timestamp");
        finds(
            "VD4009",
            "DeviceInfo | where Timestamp > ago(1d) | summarize arg_max(TimeGenerated, *) by DeviceId",
            "Timestamp",
        );
        silent("VD4009", "DeviceFileEvents | where Timestamp > ago(1d) | project Timestamp");
        silent("VD4009", "SecurityEvent | extend Timestamp = TimeGenerated | project Timestamp");
        silent(
            "VD4009",
            "DeviceFileEvents | where Timestamp > ago(1d) | join kind=inner (SecurityEvent | where TimeGenerated > ago(1d) | project TimeGenerated, Computer) on $left.DeviceName == $right.Computer",
        );
    }

    #[test]
    fn missing_and_late_filters_on_time() {
        finds("VD4010", "DeviceFileEvents | where FileName == 'a'", "DeviceFileEvents");
        finds("VD4010", "let A = SecurityEvent | where EventID == 1; A | count", "SecurityEvent");
        silent("VD4010", "DeviceFileEvents | where Timestamp > ago(1d)");
        silent("VD4010", "let A = SecurityEvent; A | where TimeGenerated > ago(1d)");
        silent("VD4010", "Heartbeat | count");
        finds(
            "VD4011",
            "DeviceInfo | join kind=inner DeviceFileEvents on DeviceId | where Timestamp > ago(1d)",
            "Timestamp > ago(1d)",
        );
        finds(
            "VD4011",
            "let t = 1d; DeviceInfo | where OSPlatform == 'x' | join kind=inner DeviceFileEvents on DeviceId | where Timestamp between (ago(t) .. now())",
            "Timestamp between (ago(t) .. now())",
        );
        silent(
            "VD4011",
            "DeviceInfo | where Timestamp > ago(1d) | join kind=inner DeviceFileEvents on DeviceId | where Timestamp > ago(1h)",
        );
        silent("VD4011", "DeviceInfo | join kind=inner DeviceFileEvents on DeviceId | where Timestamp1 > Timestamp");
    }

    #[test]
    fn comparisons_that_mind_case() {
        finds("VD4012", "DeviceProcessEvents | where FileName == 'cmd.exe' or FileName != 'a.exe'", "==");
        finds(
            "VD4012",
            "let L = dynamic(['a.exe']); DeviceProcessEvents | where InitiatingProcessFileName in (L)",
            "in",
        );
        finds("VD4012", "DeviceProcessEvents | where DeviceName == 'WS-17'", "==");
        silent("VD4012", "DeviceProcessEvents | where FileName =~ 'cmd.exe' or FileName in~ ('a.exe')");
        silent("VD4012", "DeviceProcessEvents | extend FileName = tolower(FileName) | where FileName == 'cmd.exe'");
        silent("VD4012", "DeviceProcessEvents | where ActionType == 'ProcessCreated' and AccountSid == 'S-1-5-18'");
        silent("VD4012", "DeviceProcessEvents | where FileName in ('cmd.exe', 'CMD.EXE')");
        silent("VD4012", "DeviceProcessEvents | where DeviceName == 'ws-17.example'");
        silent("VD4012", "DeviceProcessEvents | where FileName in ('bash', 'zsh') or FolderPath == '/bin/bash'");
        silent("VD4012", "Syslog | where ProcessName == 'sshd'");
        let severity = |query: &str| found("VD4012", query).first().map(|diagnostic| diagnostic.severity);
        assert_eq!(severity("DeviceProcessEvents | where FileName != 'a.exe'"), Some(Severity::Note));
        assert_eq!(
            severity("DeviceProcessEvents | where not(FileName in ('a.exe')) and FileName != 'b.exe'"),
            Some(Severity::Note)
        );
        assert_eq!(
            severity("DeviceProcessEvents | where FileName == 'a.exe' and FileName != 'b.exe'"),
            Some(Severity::Warning)
        );
        let query = "DeviceProcessEvents | where FileName == 'é.exe' or not(FileName in ('a.exe'))";
        assert_eq!(
            fixed("VD4012", query),
            "DeviceProcessEvents | where FileName =~ 'é.exe' or not(FileName in~ ('a.exe'))"
        );
    }

    #[test]
    fn sorts_that_are_undone() {
        finds("VD4013", "DeviceInfo | sort by Timestamp | summarize count() by DeviceId", "sort");
        finds("VD4013", "DeviceInfo | join kind=inner (DeviceFileEvents | order by Timestamp) on DeviceId", "order");
        finds(
            "VD4013",
            "DeviceInfo | where DeviceId in ((DeviceFileEvents | project DeviceId | sort by DeviceId))",
            "sort",
        );
        silent("VD4013", "DeviceInfo | sort by Timestamp | summarize make_list(DeviceName) by DeviceId");
        silent("VD4013", "DeviceInfo | sort by Timestamp | take 5 | summarize count()");
        silent("VD4013", "DeviceInfo | sort by Timestamp | extend p = prev(DeviceId) | summarize count() by p");
        silent("VD4013", "DeviceInfo | summarize count() by DeviceId | sort by count_");
        let query = "DeviceInfo\n| sort by Timestamp desc\n| summarize count() by DeviceId";
        assert_eq!(fixed("VD4013", query), "DeviceInfo\n| summarize count() by DeviceId");
        let fixes = |query: &str| {
            found("VD4013", query).into_iter().flat_map(|diagnostic| diagnostic.fixes).collect::<Vec<_>>()
        };
        assert!(fixes(query).iter().all(|fix| fix.is_safe));
        assert!(fixes("DeviceInfo\n| sort by Timestamp // newest\n desc\n| count").iter().all(|fix| !fix.is_safe));
        // The comment stays, so the bar before it would be left over.
        assert_eq!(fixes("DeviceInfo\n| // the newest\nsort by Timestamp desc\n| summarize count() by DeviceId"), []);
    }

    #[test]
    fn values_that_a_column_never_has() {
        finds("VD4014", "DeviceNetworkEvents | where RemoteIPType == 'public'", "'public'");
        finds("VD4014", "SecurityAlert | summarize countif(AlertSeverity in ('Critical', 'High'))", "'Critical'");
        finds(
            "VD4014",
            "let A = DeviceNetworkEvents | where ActionType == 'connectionsuccess'; A | count",
            "'connectionsuccess'",
        );
        silent("VD4014", "DeviceNetworkEvents | where RemoteIPType =~ 'public' and LocalIPType != 'Loopback'");
        silent("VD4014", "DeviceNetworkEvents | where ActionType == 'ANewActionType'");
        silent(
            "VD4014",
            "DeviceNetworkEvents | extend RemoteIPType = tolower(RemoteIPType) | where RemoteIPType == 'public'",
        );
        silent("VD4014", "VMConnection | extend RemoteIPType = Direction | where RemoteIPType == 'public'");
        let query = "DeviceNetworkEvents | where RemoteIPType == @'public'";
        assert_eq!(fixed("VD4014", query), "DeviceNetworkEvents | where RemoteIPType == @'Public'");
    }

    #[test]
    fn patterns_and_texts() {
        finds("VD4015", r"DeviceFileEvents | where FolderPath matches regex @'^C:\\Temp\\'", "matches regex");
        finds("VD4015", "DeviceFileEvents | where FileName matches regex '(?i)mimikatz'", "matches regex");
        silent("VD4015", "DeviceFileEvents | where FileName matches regex 'a.b' or FileName matches regex @'\\d+'");
        silent("VD4015", "DeviceFileEvents | where FileName matches regex strcat('a', DeviceName)");
        let query = r"DeviceFileEvents | where FolderPath matches regex @'^C:\\Temp\\'";
        assert_eq!(fixed("VD4015", query), r#"DeviceFileEvents | where FolderPath startswith_cs @"C:\Temp\""#);

        finds("VD4016", r"DeviceFileEvents | where FolderPath contains '\\Temp\\'", "contains");
        finds("VD4016", "DeviceProcessEvents | where ProcessCommandLine contains 'psexec.exe'", "contains");
        silent("VD4016", "DeviceProcessEvents | where ProcessCommandLine contains 'mimi'");
        silent("VD4016", "DeviceProcessEvents | where ProcessCommandLine !contains 'psexec.exe'");
        silent("VD4016", "DeviceProcessEvents | where ProcessCommandLine contains ' /c '");

        finds(
            "VD4034",
            "DeviceFileEvents | where FileName matches regex 'cmd[0-9].*|powershell.exe$'",
            "'cmd[0-9].*|powershell.exe$'",
        );
        finds("VD4034", "DeviceNetworkEvents | where not(RemoteUrl matches regex 'contoso.com$')", "'contoso.com$'");
        silent("VD4034", r"DeviceFileEvents | where FileName matches regex @'powershell\.exe$'");
        silent(
            "VD4034",
            "DeviceFileEvents | where FileName matches regex 'ab.*exe' or FileName matches regex '[a.com]'",
        );
    }

    #[test]
    fn names_that_nothing_uses() {
        finds("VD4017", "let a = 1; DeviceInfo | count", "a");
        finds("VD4017", "let f = (x: long) { x }; let b = 2; DeviceInfo | where Timestamp > ago(1d * b)", "f");
        silent("VD4017", "let a = 1; let b = a; DeviceInfo | where Timestamp > ago(1d * b)");
        silent("VD4017", "let f = (T: (DeviceId: string)) { T | count }; DeviceInfo | invoke f()");
        let query = "let a = 1;\nDeviceInfo | count";
        assert_eq!(fixed("VD4017", query), "DeviceInfo | count");
    }

    #[test]
    fn tests_that_say_nothing() {
        finds("VD4018", "DeviceInfo | where isnotnull(DeviceName)", "isnotnull");
        finds("VD4018", "DeviceInfo | extend x = isnull(tolower(DeviceName))", "isnull");
        silent("VD4018", "DeviceInfo | where isnotnull(Timestamp) and isnotempty(DeviceName)");
        silent("VD4018", "DeviceInfo | where isnull(parse_json(DeviceName).a)");

        finds("VD4019", "DeviceInfo | where tolower(DeviceName) == 'WS-17'", "'WS-17'");
        finds("VD4019", "DeviceInfo | where toupper(DeviceName) in ('WS-17', 'ws-18')", "'ws-18'");
        silent("VD4019", "DeviceInfo | where tolower(DeviceName) == 'ws-17' or tolower(DeviceName) =~ 'WS-17'");
        silent("VD4019", "DeviceInfo | where tolower(DeviceName) has 'WS'");
        assert_eq!(
            fixed("VD4019", "DeviceInfo | where tolower(DeviceName) == 'WS-17'"),
            "DeviceInfo | where tolower(DeviceName) == 'ws-17'"
        );

        finds("VD4020", "DeviceInfo | summarize n = count() by DeviceId | where n > 0", "n > 0");
        finds(
            "VD4020",
            "DeviceInfo | summarize count() by DeviceId | where count_ >= 1 and DeviceId != ''",
            "count_ >= 1",
        );
        silent("VD4020", "DeviceInfo | summarize n = count() | where n > 0");
        silent("VD4020", "DeviceInfo | summarize n = countif(DeviceName == '') by DeviceId | where n > 0");
        silent("VD4020", "DeviceInfo | summarize n = count() by DeviceId | where n > 1");
    }

    #[test]
    fn conditions_that_always_or_never_hold() {
        finds("VD4021", "DeviceInfo | where DeviceName != 'a' or DeviceName != 'b'", "!=");
        finds(
            "VD4021",
            "DeviceInfo | where OSPlatform == 'x' and (DeviceName !has 'a' or DeviceName !has 'b')",
            "!has",
        );
        finds("VD4021", "DeviceInfo | where DeviceName == 'a' and DeviceName == 'b'", "==");
        silent("VD4021", "DeviceInfo | where DeviceName != 'a' and DeviceName != 'b'");
        silent("VD4021", "DeviceInfo | where DeviceName != 'a' or OSPlatform != 'b'");
        silent("VD4021", "DeviceInfo | where DeviceName == 'a' and DeviceName =~ 'A'");

        finds("VD4032", "DeviceInfo | where Timestamp between (now() .. ago(1d))", "now() .. ago(1d)");
        finds("VD4032", "DeviceNetworkEvents | where RemotePort > 1024 and RemotePort < 80", "RemotePort < 80");
        finds(
            "VD4032",
            "let a = 1d; DeviceInfo | where Timestamp > ago(a) and Timestamp < ago(2d)",
            "Timestamp < ago(2d)",
        );
        silent("VD4032", "DeviceInfo | where Timestamp between (ago(2d) .. ago(1d))");
        silent("VD4032", "DeviceNetworkEvents | where RemotePort < 80 or RemotePort > 1024");
        silent("VD4032", "DeviceInfo | where Timestamp between (datetime(2024-01-01) .. datetime(2024-01-02))");

        finds("VD4024", "Usage | where IsBillable = true", "IsBillable = true");
        finds("VD4024", "DeviceInfo | where x = DeviceName == 'a'", "x = DeviceName == 'a'");
        silent("VD4024", "Usage | where IsBillable == true");
        silent("VD4024", "Usage | where IsBillable");
    }

    #[test]
    fn exclusions_that_the_empty_passes() {
        finds("VD4022", "DeviceNetworkEvents | where not(RemoteUrl has_any ('a.example', 'b.example'))", "has_any");
        finds("VD4022", "DeviceNetworkEvents | where RemoteUrl !contains 'a'", "!contains");
        silent("VD4022", "DeviceNetworkEvents | where isnotempty(RemoteUrl) and RemoteUrl !contains 'a'");
        silent("VD4022", "DeviceNetworkEvents | where RemoteUrl has 'b' and RemoteUrl !contains 'a'");
        silent("VD4022", "DeviceNetworkEvents | where RemoteUrl != 'a'");
        silent("VD4022", "DeviceEvents | where RemoteUrl !contains 'a'");
    }

    #[test]
    fn columns_of_custom_detections() {
        finds("VD4023", "DeviceInfo | summarize count() by DeviceId", "summarize");
        finds("VD4023", "DeviceInfo | project Timestamp, DeviceId", "project");
        silent("VD4023", "DeviceProcessEvents | where FileName =~ 'a.exe'");
        silent("VD4023", "DeviceProcessEvents | summarize arg_max(Timestamp, ReportId) by DeviceId");
        let query = "DeviceInfo | project Timestamp";
        let parsed = syntax::parse(query);
        let (bound, _) = semantics::bind(&parsed.query, &Tables(Content::embedded()));
        let found = lint(&Linted::new(query, &parsed.query, bound.as_ref()));
        assert!(found.iter().all(|diagnostic| diagnostic.code != "VD4023"), "it must be asked for");
        assert_eq!(find("detection-columns").map(|lint| lint.occasion), Some(Occasion::OnRequest));
    }

    #[test]
    fn texts_that_never_match() {
        finds("VD4025", "DeviceFileEvents | where FileName endswith '*.iso'", "'*.iso'");
        finds("VD4025", "Syslog | where SyslogMessage contains 'error|failed'", "'error|failed'");
        silent("VD4025", "DeviceProcessEvents | where ProcessCommandLine contains '*.docx'");
        silent("VD4025", "DeviceFileEvents | where FileName matches regex 'error|failed' or FolderPath has 'a | b'");

        finds("VD4026", r"DeviceFileEvents | where FolderPath has @'Windows\\Temp'", r"@'Windows\\Temp'");
        finds("VD4026", r"DeviceFileEvents | where FolderPath in~ (@'C:\a', @'C:\\b')", r"@'C:\\b'");
        silent("VD4026", r"DeviceFileEvents | where FolderPath has @'\\server\share' or FolderPath has 'C:\\Temp'");
        silent("VD4026", r"DeviceFileEvents | where FolderPath matches regex @'C:\\Temp'");
        let query = r"DeviceFileEvents | where FolderPath has @'\\server\\share'";
        assert_eq!(fixed("VD4026", query), r"DeviceFileEvents | where FolderPath has @'\\server\share'");

        finds("VD4027", r"DeviceFileEvents | where FileName endswith '\\cmd.exe'", "endswith");
        finds("VD4027", "DeviceFileEvents | where InitiatingProcessFileName in~ ('/bin/sh')", "in~");
        silent("VD4027", r"DeviceFileEvents | where FolderPath endswith '\\cmd.exe'");
        silent("VD4027", "DeviceFileEvents | where FileName =~ 'cmd.exe'");

        let (sha1, sha256) = ("a".repeat(40), "b".repeat(64));
        finds("VD4028", &format!("DeviceFileEvents | where SHA1 == '{sha256}'"), &format!("'{sha256}'"));
        finds(
            "VD4028",
            &format!("DeviceFileEvents | where InitiatingProcessSHA256 in ('{sha1}')"),
            &format!("'{sha1}'"),
        );
        silent("VD4028", &format!("DeviceFileEvents | where SHA1 == '{sha1}' or SHA256 == '{sha256}'"));
        silent("VD4028", &format!("let L = dynamic(['{sha1}', '{sha256}']); DeviceFileEvents | where SHA1 in (L)"));

        finds(
            "VD4035",
            "DeviceNetworkEvents | where RemoteUrl in~ ('a.example', ' b.example', 'c.example ')",
            "' b.example'",
        );
        finds("VD4035", "let L = dynamic([' a.exe']); DeviceFileEvents | where FileName in~ (L)", "' a.exe'");
        silent("VD4035", "DeviceNetworkEvents | where RemoteUrl in~ ('a.example') or RemoteUrl == ' '");
        silent("VD4035", "AuditLogs | where OperationName == 'Update application '");
        let query = "DeviceNetworkEvents | where RemoteUrl in~ ('a.example', ' b.example', 'c.example ')";
        assert_eq!(
            fixed("VD4035", query),
            "DeviceNetworkEvents | where RemoteUrl in~ ('a.example', 'b.example', 'c.example')"
        );
    }

    #[test]
    fn addresses_lists_and_chains() {
        finds("VD4029", "DeviceNetworkEvents | where RemoteIP startswith '10'", "'10'");
        finds("VD4029", "DeviceNetworkEvents | where not(RemoteIP startswith '172.')", "'172.'");
        silent("VD4029", "DeviceNetworkEvents | where RemoteIP startswith '10.' or RemoteIP startswith '192.168'");
        silent(
            "VD4029",
            "DeviceNetworkEvents | where RemoteIP startswith '172.' and toint(split(RemoteIP, '.')[1]) between (16 .. 31)",
        );

        finds("VD4030", "DeviceFileEvents | where FileName in~ ('a', 'b', 'A')", "'A'");
        finds("VD4030", "let L = dynamic(['a', 'b', 'a']); DeviceFileEvents | where FileName has_any (L)", "'a'");
        silent("VD4030", "DeviceFileEvents | where FileName in ('a', 'b', 'A')");
        silent("VD4030", "DeviceFileEvents | where FileName in~ ('a', 'b') or FileName in~ ('a')");

        let mixed = "DeviceFileEvents | where FileName == 'a' or FileName == 'b' and FileSize > 1";
        finds("VD4031", mixed, "FileName == 'b' and FileSize > 1");
        assert_eq!(
            fixed("VD4031", mixed),
            "DeviceFileEvents | where (FileName == 'a' or FileName == 'b') and FileSize > 1"
        );
        let mixed = "DeviceFileEvents | where FileSize > 1 and FileName == 'a' or FileName == 'b' or FileName == 'c'";
        assert_eq!(
            fixed("VD4031", mixed),
            "DeviceFileEvents | where FileSize > 1 and (FileName == 'a' or FileName == 'b' or FileName == 'c')"
        );
        silent("VD4031", "DeviceFileEvents | where FileName == 'a' or (FileName == 'b' and FileSize > 1)");
        silent(
            "VD4031",
            "DeviceFileEvents | where FileName == 'a' and FileSize > 1 or FileName == 'b' and FileSize > 2",
        );
        silent("VD4031", "DeviceFileEvents | where FolderPath has 'a' or FolderPath has 'b' and FolderPath has 'c'");

        finds("VD4037", "DeviceInfo | summarize makeset(DeviceName), makelist(OSPlatform) by DeviceId", "makeset");
        finds("VD4037", "DeviceInfo | extend d = dynamic([1, 2]) | mvexpand d", "mvexpand");
        silent("VD4037", "DeviceInfo | summarize make_set(DeviceName), makeset(OSPlatform, 1000) by DeviceId");
        silent("VD4037", "DeviceInfo | extend d = dynamic([1, 2]) | mv-expand d");
        let query = "DeviceInfo | summarize makeset(DeviceName), makelist(OSPlatform) by DeviceId";
        assert_eq!(
            fixed("VD4037", query),
            "DeviceInfo | summarize make_set(DeviceName), make_list(OSPlatform) by DeviceId"
        );

        finds("VD4038", "DeviceNetworkEvents | where not(ipv4_is_private(RemoteIP))", "not(ipv4_is_private(RemoteIP))");
        finds(
            "VD4038",
            "DeviceNetworkEvents | extend p = ipv4_is_in_range(RemoteIP, '10.0.0.0/8') | where p == false",
            "p == false",
        );
        silent("VD4038", "DeviceNetworkEvents | where ipv4_is_private(RemoteIP) != true");
        silent("VD4038", "DeviceNetworkEvents | where ipv4_is_private(RemoteIP) or not(RemoteIP has '1')");

        finds("VD4033", "DeviceInfo | take 100 | summarize count() by DeviceId", "take");
        finds("VD4033", "DeviceInfo | where OSPlatform == 'x' | limit 5 | where DeviceName has 'a'", "limit");
        silent("VD4033", "DeviceInfo | sort by Timestamp | take 100 | summarize count() by DeviceId");
        silent("VD4033", "DeviceInfo | summarize count() by DeviceId | take 100");
    }
}

mod care {
    use super::*;

    /// Half a query is looked at, too, at every byte of it.
    #[test]
    fn every_prefix_of_a_query_can_be_looked_at() {
        let query = "let L = dynamic(['a', \"é\"]); DeviceNetworkEvents | where not(RemoteUrl has_any (L)) and RemoteIP startswith '10' \
                     | join (DeviceInfo | sort by Timestamp) on DeviceId | summarize n = count(), s = make_set(RemoteUrl, 5) by RemoteIP, RemoteUrl \
                     | where n > 0 and s has 'x' or n between (9 .. 1)";
        for end in (0..=query.len()).filter(|end| query.is_char_boundary(*end)) {
            let text = query.get(..end).expect("the end is a border of characters");
            let parsed = syntax::parse(text);
            let (bound, _) = semantics::bind(&parsed.query, &Tables(Content::embedded()));
            for diagnostic in lint_with(&Linted::new(text, &parsed.query, bound.as_ref()), |_| true) {
                assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end as usize <= text.len());
                assert!(diagnostic.severity < Severity::Error);
            }
        }
    }

    /// Names may be constants that stand for each other, and chains very long.
    #[test]
    fn circles_and_long_chains_come_to_an_end() {
        let circle = "let a = b; let b = a; DeviceInfo | where DeviceName in (a) | join (a) on DeviceId";
        let mut long = String::from("DeviceFileEvents | where FileName == 'x.exe'");
        for at in 0..3_000 {
            let _ = write!(long, " {} FileName != 'x{at}.exe'", if at % 2 == 0 { "or" } else { "and" });
        }
        let values: Vec<String> = (0..20_000).map(|at| format!("'x{at}.exe'")).collect();
        let list = format!("let L = dynamic([{}]); DeviceFileEvents | where FileName in (L)", values.join(","));
        for text in [circle, &long, &list] {
            let parsed = syntax::parse(text);
            lint(&Linted::new(text, &parsed.query, None));
            let (bound, _) = semantics::bind(&parsed.query, &Tables(Content::embedded()));
            lint(&Linted::new(text, &parsed.query, bound.as_ref()));
        }
    }

    #[test]
    fn findings_come_in_the_order_of_the_text() {
        let query = "DeviceFileEvents | where FileName == 'A' | join DeviceInfo on DeviceId | sort by DeviceId | count";
        let parsed = syntax::parse(query);
        let found = lint(&Linted::new(query, &parsed.query, None));
        let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code).collect();
        assert!(found.is_sorted_by_key(|diagnostic| diagnostic.span.start), "{codes:?}");
        assert_eq!(codes, ["VD4010", "VD4007", "VD4013"]);
    }
}
