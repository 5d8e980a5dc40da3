//! Sigma rules → rules with a query in KQL.
//!
//! In: the text of a file of Sigma, as published, and the log sources of `content/sigma`. Out: for each rule of it a [`Rule`] whose query asks what
//! the rule asks, with what the translation loses, or why there is none. Nothing is dropped silently: a field that no table holds, a
//! modifier or a form that is not built is a refusal with its name. Specification: github.com/SigmaHQ/sigma-specification, version 2.1.

mod detection;
mod encoded;
mod item;
mod kql;
mod mapping;
mod registry;
mod text;

use std::collections::BTreeMap;

use lake::Content;
use rsigma_parser::{Level, LogSource, SigmaRule};
use yaml_serde::Value;

use crate::problem::Problem;
use crate::rule::{Aftermath, Grouping, Kind, Overrides, Rule, Severity, is_guid};
use detection::Target;
use item::Obstacle;
pub use mapping::Mapping;

/// A rule of Sigma in KQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// The rule; its query is KQL.
    pub rule: Rule,
    /// What the query does not say as the rule does.
    pub losses: Vec<String>,
}

/// Does this look like a file of Sigma? Told by the keys at its left edge, since a file may hold several documents and be broken.
pub fn is_sigma(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    has("title") && (has("logsource") && has("detection") || has("correlation"))
}

/// Reads a file of Sigma.
pub fn read(file: &str, text: &str, mapping: &Mapping, content: &Content) -> (Vec<Translated>, Vec<Problem>) {
    let problem = |field: &str, message: String| Problem { file: file.to_owned(), field: field.to_owned(), message };
    let collection = match rsigma_parser::parse_sigma_yaml(text) {
        Ok(collection) => collection,
        Err(error) => return (vec![], vec![problem("", error.to_string())]),
    };
    let mut problems: Vec<Problem> = collection.errors.iter().map(|error| problem("", error.clone())).collect();
    let mut translated = vec![];
    for rule in &collection.rules {
        match translate(file, rule, mapping, content) {
            Ok(rule) => translated.push(rule),
            Err((field, message)) => problems.push(problem(field, message)),
        }
    }
    for correlation in &collection.correlations {
        problems.push(problem("correlation", format!("`{}`: correlations are not built yet", correlation.title)));
    }
    for filter in &collection.filters {
        problems.push(problem("filter", format!("`{}`: filters are not built yet", filter.title)));
    }
    (translated, problems)
}

/// One rule; the error names the field that is in the way.
fn translate(
    file: &str,
    rule: &SigmaRule,
    mapping: &Mapping,
    content: &Content,
) -> Result<Translated, (&'static str, String)> {
    if let Some(timeframe) = &rule.detection.timeframe {
        return Err((
            "detection.timeframe",
            format!("`{timeframe}`: an aggregation of Sigma 1, which correlations replace"),
        ));
    }
    let reads = mapping.reads(&rule.logsource).filter(|reads| !reads.is_empty());
    let Some(reads) = reads else {
        return Err(("logsource", format!("no table has the events of {}", shown(&rule.logsource))));
    };
    let mut missing: Vec<String> = vec![];
    for read in reads {
        match (Target { read, content }).condition(&rule.detection) {
            Ok(condition) => {
                let mut query = read.table.clone();
                if let Some(kept) = &read.condition {
                    query.push_str(&format!("\n| where {kept}"));
                }
                for part in condition.conjuncts() {
                    query.push_str(&format!("\n| where {}", part.text()));
                }
                let query = syntax::format(&query).ok_or_else(|| {
                    ("detection", format!("a query that does not parse, which is a defect of vedette: {query}"))
                })?;
                return Ok(Translated { rule: told(file, rule, &read.table, query), losses: read.losses.clone() });
            }
            Err(Obstacle::Table(reason)) => missing.push(reason),
            Err(Obstacle::Rule(reason)) => return Err(("detection", reason)),
        }
    }
    missing.dedup();
    Err(("detection", missing.join("; ")))
}

/// The rule around a query.
fn told(file: &str, rule: &SigmaRule, table: &str, query: String) -> Rule {
    let (mut tactics, mut techniques) = (vec![], vec![]);
    for tag in rule.tags.iter().filter_map(|tag| tag.strip_prefix("attack.")) {
        let is_technique = tag.len() > 1
            && tag.starts_with(['t', 'T'])
            && tag.get(1..2).is_some_and(|c| c.as_bytes()[0].is_ascii_digit());
        let is_other = tag.len() > 1
            && tag.starts_with(['g', 's'])
            && tag.get(1..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        match (is_technique, is_other) {
            (true, _) => techniques.push(tag.to_ascii_uppercase()),
            (_, true) => {}
            _ => tactics.push(camel(tag)),
        }
    }
    let severity = match rule.level {
        Some(Level::Critical | Level::High) => Severity::High,
        Some(Level::Medium) => Severity::Medium,
        Some(Level::Low) => Severity::Low,
        Some(Level::Informational) | None => Severity::Informational,
    };
    let mut extra = BTreeMap::new();
    let texts = |texts: &[String]| Value::Sequence(texts.iter().map(|text| Value::String(text.clone())).collect());
    for (name, text) in
        [("author", &rule.author), ("license", &rule.license), ("date", &rule.date), ("modified", &rule.modified)]
    {
        if let Some(text) = text {
            extra.insert(name.to_owned(), Value::String(text.clone()));
        }
    }
    for (name, list) in [("references", &rule.references), ("falsepositives", &rule.falsepositives)] {
        if !list.is_empty() {
            extra.insert(name.to_owned(), texts(list));
        }
    }
    Rule {
        file: file.to_owned(),
        id: rule.id.clone().filter(|id| is_guid(id)).unwrap_or_default(),
        name: rule.title.clone(),
        description: rule.description.clone().unwrap_or_default().trim().to_owned(),
        version: rule.modified.clone().or_else(|| rule.date.clone()).unwrap_or_default(),
        // Sigma rules look at one event; when to look is whoever runs them to say.
        kind: Kind::NearRealTime,
        severity,
        query,
        data_types: vec![table.to_owned()],
        tactics,
        techniques,
        entity_mappings: vec![],
        custom_details: vec![],
        overrides: Overrides::default(),
        grouping: Grouping::AlertPerResult,
        aftermath: Aftermath::default(),
        functions: std::sync::Arc::default(),
        extra,
    }
}

/// `command-and-control` as Sentinel writes it: `CommandAndControl`.
fn camel(tag: &str) -> String {
    let words = tag.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words
        .map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>())
        .collect()
}

fn shown(source: &LogSource) -> String {
    let parts = [("product", &source.product), ("category", &source.category), ("service", &source.service)];
    let told: Vec<String> =
        parts.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} `{value}`"))).collect();
    if told.is_empty() { "an empty log source".to_owned() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(logsource: &str, detection: &str) -> String {
        format!(
            "title: T\nid: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nlevel: high\ntags: [attack.command-and-control, attack.t1571, attack.g0001]\nlogsource: {{{logsource}}}\ndetection:\n{detection}"
        )
    }

    fn read_one(text: &str) -> (Vec<Translated>, Vec<String>) {
        let content = Content::embedded();
        let mapping = Mapping::read(&content).expect("the files of the content are right");
        let (translated, problems) = read("r.yml", text, &mapping, &content);
        (translated, problems.into_iter().map(|problem| problem.message).collect())
    }

    fn query(logsource: &str, detection: &str) -> String {
        let (translated, problems) = read_one(&rule(logsource, detection));
        assert_eq!(problems, [""; 0]);
        let lines = translated
            .first()
            .map(|translated| translated.rule.query.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        lines.expect("a rule")
    }

    fn refusal(logsource: &str, detection: &str) -> String {
        read_one(&rule(logsource, detection)).1.join("\n")
    }

    const PROCESS: &str = "product: windows, category: process_creation";

    /// Each by hand from Sigma's specification of detections and modifiers and the columns of Defender's table.
    #[test]
    fn a_rule_asks_in_kql_what_it_asked() {
        assert_eq!(
            query(
                PROCESS,
                "  selection:\n    Image|endswith: '\\net.exe'\n    CommandLine|contains|all: [user, ' /add']\n  filter:\n    ParentImage: 'C:\\a.exe'\n  condition: selection and not filter\n"
            ),
            r#"DeviceProcessEvents | where ActionType == "ProcessCreated" | where FolderPath endswith @"\net.exe" | where ProcessCommandLine contains "user" | where ProcessCommandLine contains " /add" | where not(InitiatingProcessFolderPath =~ @"C:\a.exe")"#
        );
        assert_eq!(
            query(
                PROCESS,
                "  a_1:\n    Hashes|contains: ['MD5=d41d8cd98f00b204e9800998ecf8427e', 'md5=00000000000000000000000000000000']\n  a_2:\n    IntegrityLevel: System\n  condition: 1 of a_*\n"
            ),
            r#"DeviceProcessEvents | where ActionType == "ProcessCreated" | where MD5 in~ ("d41d8cd98f00b204e9800998ecf8427e", "00000000000000000000000000000000") or ProcessIntegrityLevel =~ "System""#
        );
        assert_eq!(
            query(
                "product: windows, service: system",
                "  s:\n    EventID: [7045, 4697]\n    ServiceName: null\n  f:\n    EventID: 1\n  condition: s and not f\n"
            ),
            r#"WindowsEvent | where Channel =~ "System" | where EventID in (7045, 4697) | where isempty(tostring(EventData.ServiceName)) | where not(coalesce(EventID == 1, false))"#
        );
        assert_eq!(
            query("product: linux", "  keywords: [bad, 'w*rse']\n  condition: keywords\n"),
            r#"Syslog | where SyslogMessage contains "bad" or SyslogMessage matches regex "(?is)w.*rse""#
        );
    }

    /// What Defender's table of images lacks, the record has: `Signed` is a field of Sysmon 7.
    #[test]
    fn a_field_without_a_column_is_read_from_the_record() {
        let text = query(
            "product: windows, category: image_load",
            "  s:\n    ImageLoaded|endswith: '\\x.dll'\n    Signed: 'false'\n  condition: s\n",
        );
        assert!(
            text.starts_with(
                "WindowsEvent | where Channel =~ \"Microsoft-Windows-Sysmon/Operational\" and EventID == 7"
            ),
            "{text}"
        );
        assert!(text.contains(r#"tostring(EventData.Signed) =~ "false""#), "{text}");
    }

    #[test]
    fn nothing_is_dropped_silently() {
        assert!(
            refusal("product: nobody", "  s:\n    a: b\n  condition: s\n")
                .contains("no table has the events of product `nobody`")
        );
        assert!(
            refusal("category: dns", "  s:\n    odd: b\n  condition: s\n")
                .contains("no column of `ASimDnsActivityLogs` holds `odd`")
        );
        assert!(refusal(PROCESS, "  s:\n    Image|expand: '%x%'\n  condition: s\n").contains("placeholder"));
        assert!(refusal(PROCESS, "  s:\n    Image|re: '(?=a)'\n  condition: s\n").contains("regular expression"));
        assert!(
            refusal(
                "product: linux, category: network_connection",
                "  s:\n    DestinationIp|cidr: '10.0.0.0/99'\n  condition: s\n"
            )
            .contains("no network")
        );
        assert!(!refusal(PROCESS, "  s:\n    Image|nonsense: x\n  condition: s\n").is_empty());
        assert!(!refusal(PROCESS, "  s:\n    Image: x\n  condition: s and\n").is_empty());
        assert!(refusal(PROCESS, "  s:\n    Image: x\n  condition: s and t\n").contains("`t`"));
        assert!(!read_one("title: T\nlogsource: {product: windows}\ndetection: [").1.is_empty());
    }

    #[test]
    fn one_wrong_document_does_not_cost_the_next() {
        let good = rule(PROCESS, "  s:\n    Image: x\n  condition: s\n");
        let (translated, problems) =
            read_one(&format!("title: broken\nlogsource: {{product: windows}}\ndetection: {{}}\n---\n{good}"));
        assert_eq!((translated.len(), problems.len()), (1, 1));
        let rule = &translated[0].rule;
        assert_eq!(
            (rule.severity, rule.tactics.as_slice(), rule.techniques.as_slice()),
            (Severity::High, &["CommandAndControl".to_owned()][..], &["T1571".to_owned()][..])
        );
    }
}
