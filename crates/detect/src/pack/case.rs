//! A test case beside a rule: events, a moment, and the alerts that must come of them.
//!
//! In: the text of `case.yaml`. Out: a [`Case`]. Its events are named, not read: whoever runs the case ingests them as it would any others.

use std::borrow::Cow;
use std::path::PathBuf;

use semantics::time;
use serde_json::Value as Json;
use yaml_serde::Value;

use crate::alert::Entity;
use crate::problem::Problem;

/// A test case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its file, as it was found.
    pub file: String,
    /// Its name.
    pub name: String,
    /// What it shows, and why the rows are what they are.
    pub shows: String,
    /// What `now()` is, in ticks.
    pub now: i64,
    /// The rows that the rule must give, by the columns that matter; none for a near miss.
    pub expected: Vec<Vec<(String, Json)>>,
    /// The entities of all its alerts together, when the case says which.
    pub entities: Option<Vec<Entity>>,
    /// Its events.
    pub events: Vec<Events>,
}

/// A file of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Events {
    /// On disk.
    File(PathBuf),
    /// Part of the program: its name, and its text.
    Text(String, Cow<'static, str>),
}

impl Events {
    /// Its text, when it is part of the program.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            Self::Text(_, text) => Some(text),
        }
    }
}

const KEYS: [&str; 5] = ["name", "shows", "now", "alerts", "entities"];

impl Case {
    /// Reads `case.yaml`.
    ///
    /// # Errors
    /// The first thing that is wrong with it: a case is ours, so it is right or it is nothing.
    pub fn read(file: &str, text: &str) -> Result<Self, Problem> {
        let problem =
            |field: &str, message: String| Problem { file: file.to_owned(), field: field.to_owned(), message };
        let value: Value = yaml_serde::from_str(text).map_err(|error| problem("", error.to_string()))?;
        let keys = value.as_mapping().into_iter().flat_map(yaml_serde::Mapping::keys).filter_map(Value::as_str);
        if let Some(other) = keys.into_iter().find(|key| !KEYS.contains(key)) {
            return Err(problem(other, format!("is none of {}", KEYS.join(", "))));
        }
        let text = |key: &str| match value.get(key).and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(problem(key, "expected text".to_owned())),
        };
        let now = text("now")?;
        let ticks = time::parse_datetime(&now);
        let alerts = value.get("alerts").and_then(Value::as_sequence);
        let alerts = alerts.ok_or_else(|| problem("alerts", "expected a list; [] for a near miss".to_owned()))?;
        let mut expected = vec![];
        for (at, row) in alerts.iter().enumerate() {
            expected
                .push(read_row(row).ok_or_else(|| {
                    problem(&format!("alerts[{at}]"), "expected columns and their values".to_owned())
                })?);
        }
        Ok(Self {
            file: file.to_owned(),
            name: text("name")?,
            shows: text("shows")?,
            now: ticks
                .ok_or_else(|| problem("now", format!("`{now}` is not a moment such as 2026-03-02T12:00:00Z")))?,
            expected,
            entities: read_entities(value.get("entities"))
                .map_err(|at| problem(&at, "expected Type and identifiers, all of them text".to_owned()))?,
            events: vec![],
        })
    }

    /// Must the rule fire? Otherwise it is a near miss.
    pub fn is_hit(&self) -> bool {
        !self.expected.is_empty()
    }
}

/// The entities that a case names; the error is the field that is wrong.
fn read_entities(value: Option<&Value>) -> Result<Option<Vec<Entity>>, String> {
    let Some(value) = value else { return Ok(None) };
    let mut entities = vec![];
    for (at, entity) in value.as_sequence().ok_or("entities")?.iter().enumerate() {
        let field = || format!("entities[{at}]");
        let mut entity_type = None;
        let mut identifiers = vec![];
        for (name, value) in entity.as_mapping().ok_or_else(field)? {
            let (name, value) = name.as_str().zip(value.as_str()).ok_or_else(field)?;
            match name {
                "Type" => entity_type = Some(value.to_owned()),
                _ => identifiers.push((name.to_owned(), value.to_owned())),
            }
        }
        let entity_type = entity_type.filter(|_| !identifiers.is_empty()).ok_or_else(field)?;
        entities.push(Entity { entity_type, identifiers });
    }
    Ok(Some(entities))
}

fn read_row(row: &Value) -> Option<Vec<(String, Json)>> {
    let row = row.as_mapping().filter(|row| !row.is_empty())?;
    row.iter().map(|(name, value)| Some((name.as_str()?.to_owned(), serde_json::to_value(value).ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read() {
        let text = "name: n\nshows: |\n  why\nnow: 2026-03-02T12:00:00Z\nalerts:\n- {Host: a, Count: 3, Mean: 0.5, Ports: [1]}\n";
        let case = Case::read("case.yaml", text).expect("a case");
        assert_eq!(case.shows, "why");
        assert_eq!(case.expected[0][1], ("Count".to_owned(), Json::from(3)));
        assert_eq!(case.expected[0][3], ("Ports".to_owned(), serde_json::json!([1])));
    }

    #[test]
    fn what_is_wrong_is_named_by_field() {
        let whole = "name: n\nshows: s\nnow: 2026-03-02T12:00:00Z\nalerts: []\n";
        assert!(Case::read("case.yaml", whole).is_ok());
        for (from, to, field) in [
            ("name: n\n", "", "name"),
            ("shows: s", "shows: ''", "shows"),
            ("12:00:00Z", "noon", "now"),
            ("alerts: []", "alerts: 3", "alerts"),
            ("alerts: []", "alerts: [{}]", "alerts[0]"),
            ("alerts: []", "alerts: []\nentities: {}", "entities"),
            ("alerts: []", "alerts: []\nentities: [{Type: Host}]", "entities[0]"),
            ("alerts: []", "alerts: []\nentities: [{Type: Host, HostName: 3}]", "entities[0]"),
            ("alerts: []", "alerts: []\nalert: []", "alert"),
        ] {
            let problem = Case::read("case.yaml", &whole.replace(from, to)).expect_err(field);
            assert_eq!(problem.field, field);
        }
    }
}
