//! A detection's rows against labels → recall per family, and how many false positives.
//!
//! In: the labels of a data set as a table, the rows that a rule gave over it, and which columns make one false positive. Out: a [`Score`]. Where the labels
//! lie, how many hosts there are and how long was watched is told by whoever calls.
//!
//! A label says of what the events show (`DeviceName`, `RemoteUrl`, any column that detections give, too) to which `family` it belongs, whether that is
//! `malicious`, and which implant it is (`flow`). A row matches a label when they agree, whatever their case, in every column that both have.

use std::collections::{BTreeMap, BTreeSet};

use crate::cell;
use crate::table::Table;

/// What the columns of labels beside the keys are called.
const FAMILY: &str = "family";
const MALICIOUS: &str = "malicious";
const FLOW: &str = "flow";

/// One row of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Label {
    /// In the order of the key columns, in lower case.
    keys: Vec<String>,
    family: String,
    /// Which implant; `None` for what is benign.
    implant: Option<String>,
}

/// The labels of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    columns: Vec<String>,
    labels: Vec<Label>,
}

/// The columns that make one false positive: of each item the first column that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(Vec<Vec<String>>);

/// How well a detection did.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Implants found and implants there were, by family.
    pub families: BTreeMap<String, (usize, usize)>,
    /// Distinct false positives, by the family of what they are about; `(no label)` where nothing is known of it.
    pub false_positives: BTreeMap<String, usize>,
    /// Hosts times days.
    pub host_days: f64,
}

impl Labels {
    /// Reads labels.
    ///
    /// # Errors
    /// When there is no column `family` or `malicious`, or no other one.
    pub fn read(table: &Table) -> Result<Self, String> {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        for needed in [FAMILY, MALICIOUS] {
            if !names.contains(&needed) {
                return Err(format!("labels need a column `{needed}`; columns here: {}", names.join(", ")));
            }
        }
        let columns: Vec<String> = names
            .iter()
            .filter(|name| ![FAMILY, MALICIOUS, FLOW].contains(name))
            .map(|name| (*name).to_owned())
            .collect();
        if columns.is_empty() {
            return Err("labels need a column of the events, such as DeviceName".to_owned());
        }
        let text = |row: usize, name: &str| table.value(row, name).map(cell::text).unwrap_or_default();
        let labels = (0..table.rows.len()).map(|row| {
            let family = text(row, FAMILY);
            let is_malicious = matches!(text(row, MALICIOUS).to_lowercase().as_str(), "true" | "1" | "yes");
            // Without a number of its own, a family on a device is one implant.
            let flow = match names.contains(&FLOW) {
                true => text(row, FLOW),
                false => format!("{family} {}", columns.first().map(|name| text(row, name)).unwrap_or_default()),
            };
            let keys = columns.iter().map(|name| text(row, name).to_lowercase()).collect();
            Label { keys, family, implant: is_malicious.then_some(flow) }
        });
        let labels = labels.collect();
        Ok(Self { columns, labels })
    }

    /// The implants and their families.
    fn implants(&self) -> BTreeMap<&str, &str> {
        self.labels.iter().filter_map(|label| Some((label.implant.as_deref()?, label.family.as_str()))).collect()
    }
}

impl Key {
    /// Reads `DeviceName,RemoteUrl|RemoteIP`.
    pub fn parse(text: &str) -> Self {
        let items = text.split(',').map(|item| item.split('|').map(|name| name.trim().to_owned()).collect());
        Self(items.collect())
    }

    /// The columns that a table lacks.
    pub fn missing(&self, table: &Table) -> Vec<String> {
        self.0.iter().flatten().filter(|name| table.column(name).is_none()).cloned().collect()
    }

    fn of(&self, table: &Table, row: usize) -> Vec<String> {
        let text = |name: &String| table.value(row, name).map(|value| cell::text(value).to_lowercase());
        self.0
            .iter()
            .map(|item| item.iter().filter_map(text).find(|text| !text.is_empty()).unwrap_or_default())
            .collect()
    }
}

impl Score {
    /// The share of implants that were found; 0 when there are none.
    pub fn recall(&self) -> f64 {
        let (found, all) = self.implants();
        if all == 0 { 0.0 } else { found as f64 / all as f64 }
    }

    /// Implants found, and implants there were.
    pub fn implants(&self) -> (usize, usize) {
        self.families.values().fold((0, 0), |(found, all), (f, a)| (found + f, all + a))
    }

    /// False positives per 1000 host-days.
    pub fn rate(&self) -> f64 {
        self.false_positives.values().sum::<usize>() as f64 * 1000.0 / self.host_days
    }
}

/// Scores the rows of a detection.
///
/// An implant is found when a row matches one of its labels. A row that matches no label of an implant is false; false rows are counted once per key.
///
/// # Errors
/// When rows and labels have no column in common: nothing could match, which would look like a bad detection.
pub fn score(labels: &Labels, rows: &Table, key: &Key, host_days: f64) -> Result<Score, String> {
    let shared: Vec<(usize, &String)> =
        labels.columns.iter().enumerate().filter(|(_, name)| rows.column(name).is_some()).collect();
    if shared.is_empty() {
        return Err(format!("the detection gives none of the columns of the labels: {}", labels.columns.join(", ")));
    }
    let mut index: BTreeMap<Vec<&str>, Vec<&Label>> = BTreeMap::new();
    for label in &labels.labels {
        let keys = shared.iter().filter_map(|(at, _)| label.keys.get(*at).map(String::as_str)).collect();
        index.entry(keys).or_default().push(label);
    }
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut wrong: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for row in 0..rows.rows.len() {
        let cells: Vec<String> = shared
            .iter()
            .map(|(_, name)| rows.value(row, name).map(cell::text).unwrap_or_default().to_lowercase())
            .collect();
        let matched =
            index.get(&cells.iter().map(String::as_str).collect::<Vec<_>>()).map(Vec::as_slice).unwrap_or_default();
        let implants: Vec<&str> = matched.iter().filter_map(|label| label.implant.as_deref()).collect();
        if implants.is_empty() {
            let family = matched.first().map_or("(no label)", |label| label.family.as_str());
            wrong.entry(key.of(rows, row)).or_insert_with(|| family.to_owned());
        }
        found.extend(implants);
    }
    let mut score = Score { families: BTreeMap::new(), false_positives: BTreeMap::new(), host_days };
    for (implant, family) in labels.implants() {
        let (hits, all) = score.families.entry(family.to_owned()).or_default();
        *hits += usize::from(found.contains(implant));
        *all += 1;
    }
    for family in wrong.into_values() {
        *score.false_positives.entry(family).or_default() += 1;
    }
    Ok(score)
}

#[cfg(test)]
mod tests {
    use semantics::{Column, Type, Value};

    use super::*;

    fn table(columns: &[&str], rows: &[&[&str]]) -> Table {
        Table {
            columns: columns.iter().map(|name| Column::new(*name, Type::String)).collect(),
            rows: rows.iter().map(|row| row.iter().map(|text| Value::String((*text).into())).collect()).collect(),
        }
    }

    fn labels() -> Labels {
        let columns = ["DeviceName", "RemoteUrl", "RemoteIP", "family", "malicious", "flow"];
        let rows: [&[&str]; 4] = [
            &["a", "c2.example", "192.0.2.1", "beacon", "true", "1"],
            &["a", "c2b.example", "192.0.2.2", "beacon", "true", "1"],
            &["b", "c2.example", "192.0.2.1", "beacon", "true", "2"],
            &["b", "updates.example", "192.0.2.9", "updater", "false", "-1"],
        ];
        Labels::read(&table(&columns, &rows)).expect("labels")
    }

    /// One of two implants is found; two rows about one destination are one false positive, and one nobody knows is another. Two of four host-days: 500.
    #[test]
    fn recall_and_false_positives_are_counted() {
        let rows: [&[&str]; 4] = [
            &["A", "c2b.example", "192.0.2.2"],
            &["b", "updates.example", "192.0.2.9"],
            &["b", "updates.example", "192.0.2.9"],
            &["b", "", "192.0.2.77"],
        ];
        let rows = table(&["DeviceName", "RemoteUrl", "RemoteIP"], &rows);
        let score = score(&labels(), &rows, &Key::parse("DeviceName,RemoteUrl|RemoteIP"), 4.0).expect("a score");
        assert_eq!(score.families["beacon"], (1, 2));
        assert!((score.recall() - 0.5).abs() < 1e-12 && (score.rate() - 500.0).abs() < 1e-9);
        assert_eq!(score.false_positives, BTreeMap::from([("(no label)".to_owned(), 1), ("updater".to_owned(), 1)]));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let other = table(&["Computer"], &[&["a"]]);
        assert!(score(&labels(), &other, &Key::parse("Computer"), 1.0).is_err());
        assert_eq!(Key::parse("Computer,Gone|Away").missing(&other), ["Gone", "Away"]);
        assert!(Labels::read(&table(&["DeviceName", "family"], &[])).expect_err("no malicious").contains("malicious"));
        assert!(Labels::read(&table(&["family", "malicious"], &[])).is_err());
    }

    #[test]
    fn a_silent_detection_has_no_recall_and_no_noise() {
        let score = score(&labels(), &table(&["DeviceName"], &[]), &Key::parse("DeviceName"), 2.0).expect("a score");
        assert_eq!((score.implants(), score.rate()), ((0, 2), 0.0));
    }
}
