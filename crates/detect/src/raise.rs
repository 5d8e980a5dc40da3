//! Alerts of one run, with names that last.
//!
//! In: a rule, the rows of a run and its window. Out: alerts, each with an id that follows from its rule, its window and its rows: the same run made
//! again, after a crash or in a replay, gives the same ids.

use lake::guid_of;
use semantics::Value;

use crate::alert::{Alert, alerts_at_most};
use crate::cell;
use crate::rule::{Grouping, Rule};
use crate::schedule::Due;
use crate::table::Table;

/// Sentinel raises no more of one run.
pub const ALERTS_MAX: usize = 150;

/// An alert that was raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// Of a GUID's form.
    pub id: String,
    /// What it says.
    pub alert: Alert,
    /// The time of the first event that it is about (ticks); the start of the window where rows do not tell.
    pub start: i64,
    /// The time of the last.
    pub end: i64,
    /// The run that raised it.
    pub due: Due,
    /// How many rows that run gave.
    pub row_count: usize,
}

/// What a rule is known by: its id, or else its file.
pub fn rule_key(rule: &Rule) -> String {
    match rule.id.is_empty() {
        true => rule.file.clone(),
        false => rule.id.to_ascii_lowercase(),
    }
}

/// The alerts of a run.
pub fn raise(rule: &Rule, table: &Table, due: &Due) -> Vec<Raised> {
    let key = rule_key(rule);
    let window = [due.start.to_string(), due.end.to_string()];
    let mut raised: Vec<Raised> = vec![];
    for alert in alerts_at_most(rule, table, ALERTS_MAX) {
        let about = match (rule.grouping, alert.rows.as_slice()) {
            (Grouping::AlertPerResult, [row]) => row_text(table, *row),
            _ => "all".to_owned(),
        };
        let id_of = |twin: usize| guid_of(&["alert", &key, &window[0], &window[1], &about, &twin.to_string()]);
        // Rows that say the same are told apart by how many of them there are, whatever their order.
        let twin = (0..).find(|twin| !raised.iter().any(|other| other.id == id_of(*twin))).unwrap_or(0);
        let (start, end) = activity(table, &alert.rows).unwrap_or((due.start, due.end));
        let row_count = table.rows.len();
        raised.push(Raised { id: id_of(twin), alert, start, end, due: *due, row_count });
    }
    raised
}

fn row_text(table: &Table, row: usize) -> String {
    let values = table.rows.get(row).into_iter().flatten();
    values.map(cell::text).collect::<Vec<_>>().join("\u{1f}")
}

/// The first and the last time of rows that have one.
fn activity(table: &Table, rows: &[usize]) -> Option<(i64, i64)> {
    let column = ["TimeGenerated", "Timestamp"].into_iter().find(|name| table.column(name).is_some())?;
    let times = rows.iter().filter_map(|row| match table.value(*row, column) {
        Some(Value::DateTime(ticks)) => Some(*ticks),
        _ => None,
    });
    let times: Vec<i64> = times.collect();
    Some((*times.iter().min()?, *times.iter().max()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::sentinel;
    use crate::schedule::Axis;
    use semantics::{Column, Type};

    fn rule(rest: &str) -> Rule {
        let text = format!(
            "id: 0C3D0D3A-6d6d-4a62-8f6c-3c1c6b7c0001\nname: N\ndescription: d\nversion: 1.0.0\nkind: NRT\nseverity: Low\nrequiredDataConnectors: []\nquery: T\n{rest}"
        );
        sentinel::read("r.yaml", &text).0.expect("a rule")
    }

    fn table(values: &[(i64, &str)]) -> Table {
        let row = |(time, name): &(i64, &str)| vec![Value::DateTime(*time), Value::String((*name).to_owned())];
        Table {
            columns: vec![Column::new("TimeGenerated", Type::DateTime), Column::new("Name", Type::String)],
            rows: values.iter().map(row).collect(),
        }
    }

    fn due(start: i64) -> Due {
        Due { axis: Axis::Event, start, end: start + 100, now: start + 100, is_again: false, given_up: 0 }
    }

    const PER_ROW: &str = "eventGroupingSettings: {aggregationKind: AlertPerResult}\n";

    fn ids(raised: &[Raised]) -> Vec<&str> {
        let mut ids: Vec<&str> = raised.iter().map(|raised| raised.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn the_same_run_gives_the_same_ids_in_any_order() {
        let rule = rule(PER_ROW);
        let one = raise(&rule, &table(&[(1, "a"), (2, "b"), (1, "a")]), &due(0));
        let other = raise(&rule, &table(&[(2, "b"), (1, "a"), (1, "a")]), &due(0));
        assert_eq!(ids(&one), ids(&other));
        assert!(ids(&one).windows(2).all(|pair| pair[0] != pair[1]), "twins are two alerts");
        assert!(ids(&raise(&rule, &table(&[(1, "a")]), &due(7))).iter().all(|id| !ids(&one).contains(id)));
    }

    /// One alert of a window: rows that came late make no second one.
    #[test]
    fn a_single_alert_is_that_of_its_window() {
        let rule = rule("");
        let one = raise(&rule, &table(&[(1, "a")]), &due(0));
        assert_eq!(ids(&one), ids(&raise(&rule, &table(&[(1, "a"), (2, "b")]), &due(0))));
    }

    #[test]
    fn an_alert_lasts_from_its_first_event_to_its_last() {
        let raised = raise(&rule(""), &table(&[(5, "a"), (3, "b"), (9, "c")]), &due(0));
        assert_eq!((raised[0].start, raised[0].end), (3, 9));
        let timeless = Table { columns: vec![Column::new("n", Type::Long)], rows: vec![vec![Value::Long(1)]] };
        let raised = raise(&rule(""), &timeless, &due(0));
        assert_eq!((raised[0].start, raised[0].end), (0, 100));
    }
}
