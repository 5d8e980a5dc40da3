//! What each connection is, as somebody has labeled it, against what a rule alerts on.
//!
//! In: rows of labels (DeviceName, InitiatingProcessFileName, RemoteUrl, RemoteIP, family, malicious, and a flow where there is one). Out: the family
//! of an alert, and how many of the attacks are found. An attack is one flow, or, without flows, one family on one device.

use std::collections::{BTreeMap, BTreeSet};

use detect::{Table, cell};

/// Reads labels of any file that was given the name [`TABLE`].
pub(crate) const QUERY: &str = "\
Labels_of_vedette
| project
    DeviceName = tolower(tostring(DeviceName)),
    Process = tolower(tostring(column_ifexists('InitiatingProcessFileName', ''))),
    RemoteUrl = tostring(column_ifexists('RemoteUrl', '')),
    RemoteIP = tostring(column_ifexists('RemoteIP', '')),
    Family = tostring(family),
    IsMalicious = tolower(tostring(malicious)) in ('true', '1'),
    Flow = tostring(column_ifexists('flow', ''))";

/// The name under which the file of labels is asked.
pub(crate) const TABLE: &str = "Labels_of_vedette";

/// The labels.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    rows: Vec<Label>,
    /// Places in `rows` by device.
    by_device: BTreeMap<String, Vec<usize>>,
    attacks: BTreeSet<Attack>,
}

#[derive(Debug)]
struct Label {
    process: String,
    url: String,
    ip: String,
    family: String,
    attack: Option<Attack>,
}

/// Device, family and flow.
type Attack = (String, String, String);

/// What an alert names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Subject {
    pub(crate) device: String,
    /// None where the alert does not say; several where it counts them together.
    pub(crate) processes: Option<Vec<String>>,
    pub(crate) url: Option<String>,
    pub(crate) ip: Option<String>,
}

/// What labels say of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Score {
    /// Alerts that are about no attack.
    pub(crate) false_alerts: usize,
    /// Attacks with an alert.
    pub(crate) found: usize,
    /// All attacks.
    pub(crate) attacks: usize,
}

impl Labels {
    /// Takes the rows of [`QUERY`].
    pub(crate) fn new(table: &Table) -> Self {
        let mut labels = Self::default();
        for row in 0..table.rows.len() {
            let text = |name: &str| table.value(row, name).map(cell::text).unwrap_or_default();
            let (device, family) = (text("DeviceName"), text("Family"));
            let attack = (text("IsMalicious") == "True").then(|| (device.clone(), family.clone(), text("Flow")));
            labels.attacks.extend(attack.clone());
            labels.by_device.entry(device).or_default().push(labels.rows.len());
            let (process, url, ip) = (text("Process"), text("RemoteUrl"), text("RemoteIP"));
            labels.rows.push(Label { process, url, ip, family, attack });
        }
        labels
    }

    fn of(&self, subject: &Subject) -> impl Iterator<Item = &Label> {
        let rows = self.by_device.get(&subject.device).into_iter().flatten();
        rows.filter_map(|at| self.rows.get(*at)).filter(|label| {
            let is = |named: &Option<String>, labeled: &str| named.as_deref().is_none_or(|named| named == labeled);
            let process = subject.processes.as_ref();
            is(&subject.url, &label.url)
                && is(&subject.ip, &label.ip)
                && process.is_none_or(|named| label.process.is_empty() || named.contains(&label.process))
        })
    }

    /// The families of an alert; an attack's goes before those of what it was counted with.
    pub(crate) fn family(&self, subject: &Subject) -> Option<&str> {
        let attack = self.of(subject).find(|label| label.attack.is_some());
        attack.or_else(|| self.of(subject).next()).map(|label| label.family.as_str())
    }

    /// What there is to say of alerts.
    pub(crate) fn score(&self, subjects: &[Subject]) -> Score {
        let mut found = BTreeSet::new();
        let mut false_alerts = 0;
        for subject in subjects {
            let mut is_attack = false;
            for attack in self.of(subject).filter_map(|label| label.attack.as_ref()) {
                is_attack = true;
                found.insert(attack);
            }
            false_alerts += usize::from(!is_attack);
        }
        Score { false_alerts, found: found.len(), attacks: self.attacks.len() }
    }
}

/// What the rows of a rule name.
pub(crate) fn subjects(table: &Table) -> Vec<Subject> {
    let has = |name: &str| table.column(name).is_some();
    let text = |row: usize, name: &str| table.value(row, name).map(cell::text).unwrap_or_default();
    let processes = |row: usize| {
        if has("InitiatingProcessFileName") {
            return Some(vec![text(row, "InitiatingProcessFileName").to_lowercase()]);
        }
        let list = text(row, "Processes");
        let list: Vec<String> = serde_json::from_str(&list).ok()?;
        Some(list.into_iter().map(|name| name.to_lowercase()).collect())
    };
    (0..table.rows.len())
        .map(|row| Subject {
            device: text(row, "DeviceName").to_lowercase(),
            processes: processes(row),
            url: has("RemoteUrl").then(|| text(row, "RemoteUrl")),
            ip: has("RemoteIP").then(|| text(row, "RemoteIP")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use semantics::{Column, Type, Value};

    fn table(columns: &[&str], rows: &[&[&str]]) -> Table {
        let columns = columns.iter().map(|name| Column::new(*name, Type::String)).collect();
        let cell = |text: &&str| match *text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => Value::String(text.to_owned()),
        };
        Table { columns, rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect() }
    }

    #[test]
    fn an_attack_is_found_by_any_alert_that_names_it() {
        let labels = Labels::new(&table(
            &["DeviceName", "Process", "RemoteUrl", "RemoteIP", "Family", "IsMalicious", "Flow"],
            &[
                &["h1", "a.exe", "x.example", "192.0.2.1", "c2", "true", "1"],
                &["h1", "a.exe", "y.example", "192.0.2.2", "c2", "true", "1"],
                &["h2", "a.exe", "x.example", "192.0.2.1", "c2", "true", "2"],
                &["h1", "b.exe", "z.example", "192.0.2.3", "updater", "false", ""],
            ],
        ));
        let alert = |device: &str, url: Option<&str>| Subject {
            device: device.into(),
            url: url.map(str::to_owned),
            ..Subject::default()
        };
        let alerts = [alert("h1", Some("x.example")), alert("h1", Some("y.example")), alert("h1", Some("z.example"))];
        assert_eq!(labels.score(&alerts), Score { false_alerts: 1, found: 1, attacks: 2 });
        assert_eq!(labels.family(&alerts[2]), Some("updater"));
        assert_eq!(labels.family(&alert("h3", None)), None);
        assert_eq!(labels.family(&alert("h1", None)), Some("c2"), "any of a device");
        assert_eq!(labels.score(&[]), Score { false_alerts: 0, found: 0, attacks: 2 });
    }

    #[test]
    fn programs_are_read_from_either_column() {
        let list = table(&["DeviceName", "Processes"], &[&["H1", "[\"A.exe\",\"b.exe\"]"], &["h2", "nonsense"]]);
        let of = subjects(&list);
        assert_eq!(of[0].processes, Some(vec!["a.exe".to_owned(), "b.exe".to_owned()]));
        assert_eq!((of[0].device.as_str(), of[1].processes.as_ref(), of[0].url.as_ref()), ("h1", None, None));
    }
}
