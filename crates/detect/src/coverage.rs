//! Packs → which technique is covered by which rule, hunt and test, and what each needs to see it.
//!
//! In: packs, and which sources fill which tables. Out: one [`Item`] per technique and what covers it. Knows nothing of how they are shown.

use std::collections::{BTreeMap, BTreeSet};

use lake::Content;

use crate::atomic::Atomic;
use crate::pack::{Detection, Pack};
use crate::rule::Severity;

/// What covers a technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A rule that alerts.
    Detection,
    /// A query that a person asks.
    Hunt,
    /// What a person runs on a host to see whether it is seen.
    Test,
}

impl ItemKind {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Hunt => "hunt",
            Self::Test => "test",
        }
    }
}

/// One technique and one thing that covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The technique or sub-technique.
    pub technique: String,
    /// What covers it.
    pub kind: ItemKind,
    /// The pack it is in.
    pub pack: String,
    /// What a person calls it.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// How much its alerts weigh; hunts and tests have none.
    pub severity: Option<Severity>,
    /// How many cases prove it.
    pub case_count: usize,
    /// The tables that it reads, as its author declares them; of several that hold the same events one is enough. A test reads none.
    pub tables: Vec<String>,
    /// The sources that fill one of them; of a test, those that tell what it left.
    pub sources: BTreeSet<String>,
}

/// The sources that fill a table, by its name.
#[derive(Debug, Clone, Default)]
pub struct Filled(BTreeMap<String, BTreeSet<String>>);

impl Filled {
    /// A source is a folder with a file for each table that it fills.
    pub fn of(content: &Content) -> Self {
        let mut filled = Self::default();
        for source in content.names("sources") {
            let stems = content.stems(&format!("sources/{source}"), "kql").into_iter();
            // A file of another name is what the tables of the source share.
            for table in stems.filter(|stem| content.table_names().contains(stem)) {
                filled.0.entry(table).or_default().insert(source.clone());
            }
        }
        filled
    }
}

/// Everything that covers a technique, by technique, then rules, hunts and tests, then in the order of the packs.
pub fn items(packs: &[Pack], filled: &Filled) -> Vec<Item> {
    let mut items: Vec<Item> = vec![];
    for pack in packs {
        items.extend(pack.atomics.iter().map(|atomic| test(pack, atomic)));
        for detection in &pack.detections {
            let techniques: BTreeSet<&String> = detection.rule.techniques.iter().collect();
            items.extend(techniques.into_iter().map(|technique| item(technique, pack, detection, filled)));
        }
    }
    items.sort_by(|a, b| (&a.technique, a.kind).cmp(&(&b.technique, b.kind)));
    items
}

fn item(technique: &str, pack: &Pack, detection: &Detection, filled: &Filled) -> Item {
    let rule = &detection.rule;
    let (kind, severity) = match detection.is_hunt() {
        true => (ItemKind::Hunt, None),
        false => (ItemKind::Detection, Some(rule.severity)),
    };
    Item {
        technique: technique.to_owned(),
        kind,
        pack: pack.name.clone(),
        slug: detection.slug().to_owned(),
        title: rule.name.clone(),
        severity,
        case_count: detection.cases.len(),
        tables: rule.data_types.clone(),
        sources: rule.data_types.iter().filter_map(|table| filled.0.get(table)).flatten().cloned().collect(),
    }
}

fn test(pack: &Pack, atomic: &Atomic) -> Item {
    // `T1583.004-1` is the first test of its technique; the source of a signal is `sysmon/1`.
    let technique = atomic.number.rsplit_once('-').map_or(atomic.number.as_str(), |(technique, _)| technique);
    let source = |source: &str| source.split('/').next().unwrap_or_default().to_owned();
    Item {
        technique: technique.to_owned(),
        kind: ItemKind::Test,
        pack: pack.name.clone(),
        slug: atomic.slug.clone(),
        title: atomic.name.clone(),
        severity: None,
        case_count: 0,
        tables: vec![],
        sources: atomic.signals.iter().map(|signal| source(&signal.source)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the folder of the sources says, read by a person: Zeek's connections are in DeviceNetworkEvents, and Squid knows the web only.
    #[test]
    fn sources_are_known_by_the_tables_they_fill() {
        let filled = Filled::of(&Content::embedded());
        let of = |table: &str| filled.0.get(table).cloned().unwrap_or_default();
        assert!(of("DeviceNetworkEvents").contains("zeek") && of("DeviceNetworkEvents").contains("sysmon"));
        assert!(of("ASimWebSessionLogs").contains("squid") && !of("DeviceNetworkEvents").contains("squid"));
        assert!(!filled.0.contains_key("events"), "`events` is a part that the tables of a source share");
    }

    #[test]
    fn a_technique_has_its_rules_then_its_hunts_then_its_tests() {
        let content = Content::embedded();
        let pack = Pack::load("t1583.004", &content).expect("the pack comes with the program");
        let items = items(std::slice::from_ref(&pack), &Filled::of(&content));
        let of: Vec<&Item> = items.iter().filter(|item| item.technique == "T1583.004").collect();
        assert!(of.iter().any(|item| item.slug == "server-beacon" && item.severity == Some(Severity::Medium)));
        let kinds: Vec<ItemKind> = of.iter().map(|item| item.kind).collect();
        assert!(kinds.is_sorted() && kinds.contains(&ItemKind::Hunt), "{kinds:?}");
        let (tests, queries): (Vec<&Item>, Vec<&Item>) = of.into_iter().partition(|item| item.kind == ItemKind::Test);
        assert!(queries.iter().all(|item| item.case_count > 0 && item.sources.contains("zeek")));
        // The page has four.
        assert!(tests.len() >= 4 && tests.iter().all(|item| item.sources.contains("sysmon")));
    }

    /// The page's four tests, each found by a hunt whose case is that test.
    #[test]
    fn every_test_of_the_page_is_found_by_a_hunt_that_says_so() {
        let pack = Pack::load("t1583.004", &Content::embedded()).expect("the pack comes with the program");
        for number in 1..=4 {
            let (says, case) = (format!("Covers test {number} of the page"), format!("/page-test-{number}/"));
            let hunt = pack.detections.iter().find(|hunt| hunt.is_hunt() && hunt.rule.description.contains(&says));
            let cases = hunt.map_or(&[][..], |hunt| &hunt.cases);
            let is_proven = cases.iter().any(|proof| proof.file.contains(&case) && !proof.expected.is_empty());
            assert!(is_proven, "test {number}");
        }
    }
}
