//! A test case against the rows that its rule found.
//!
//! In: what a case expects, and a table. Out: what differs, in sentences. Running the query is the caller's.

use serde_json::Value as Json;

use crate::cell;
use crate::pack::Case;
use crate::table::Table;
use semantics::{Value, time};

/// What differs between the rows that a case expects and those that the rule gave; nothing when they agree.
///
/// Rows are a multiset; of each, the columns that the case names are compared. Elements of a `dynamic` array come in any order,
/// because Kusto promises none for sets.
pub fn differences(case: &Case, table: &Table) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for column in case.expected.iter().flatten().map(|(name, _)| name) {
        let message = format!("the rule gives no column `{column}`");
        if table.column(column).is_none() && !found.contains(&message) {
            found.push(message);
        }
    }
    let mut left: Vec<usize> = (0..table.rows.len()).collect();
    for expected in &case.expected {
        match left.iter().position(|row| is_row(expected, table, *row)) {
            Some(at) => drop(left.remove(at)),
            None => found.push(format!("missing: {}{}", words(expected), nearest(expected, table, &left))),
        }
    }
    for row in left {
        let cells = table.columns.iter().zip(table.rows.get(row).into_iter().flatten());
        let cells: Vec<String> =
            cells.map(|(column, value)| format!("{}={}", column.name, cell::text(value))).collect();
        found.push(format!("unexpected: {}", cells.join(" ")));
    }
    found
}

fn is_row(expected: &[(String, Json)], table: &Table, row: usize) -> bool {
    expected.iter().all(|(name, wanted)| table.value(row, name).is_some_and(|value| is_value(wanted, value)))
}

fn words(expected: &[(String, Json)]) -> String {
    let cells: Vec<String> = expected.iter().map(|(name, wanted)| format!("{name}={wanted}")).collect();
    cells.join(" ")
}

/// The row that is left and agrees most, with what it has instead.
fn nearest(expected: &[(String, Json)], table: &Table, left: &[usize]) -> String {
    let differing = |row: usize| {
        expected
            .iter()
            .filter(move |(name, wanted)| !table.value(row, name).is_some_and(|value| is_value(wanted, value)))
    };
    let Some(row) = left.iter().copied().min_by_key(|row| differing(*row).count()) else { return String::new() };
    if differing(row).count() * 2 > expected.len() {
        return String::new();
    }
    let cells: Vec<String> = differing(row)
        .filter_map(|(name, _)| table.value(row, name).map(|value| format!("{name}={}", cell::text(value))))
        .collect();
    format!("; the nearest row has {}", cells.join(" "))
}

fn is_value(wanted: &Json, value: &Value) -> bool {
    match value {
        Value::Null(_) => wanted.is_null(),
        Value::Bool(value) => wanted.as_bool() == Some(*value),
        Value::Int(value) => wanted.as_i64() == Some(i64::from(*value)),
        Value::Long(value) => wanted.as_i64() == Some(*value),
        Value::Real(value) => wanted.as_f64() == Some(*value),
        Value::DateTime(ticks) => wanted.as_str().and_then(time::parse_datetime) == Some(*ticks),
        Value::TimeSpan(ticks) => wanted.as_str() == Some(time::format_timespan(*ticks).as_str()),
        Value::String(text) | Value::Guid(text) | Value::Decimal(text) => wanted.as_str() == Some(text),
        Value::Dynamic(json) => serde_json::from_str(json).is_ok_and(|value| is_json(wanted, &value)),
    }
}

fn is_json(wanted: &Json, value: &Json) -> bool {
    match (wanted, value) {
        (Json::Array(wanted), Json::Array(values)) => {
            let mut left: Vec<&Json> = values.iter().collect();
            for wanted in wanted {
                match left.iter().position(|value| is_json(wanted, value)) {
                    Some(at) => drop(left.remove(at)),
                    None => return false,
                }
            }
            left.is_empty()
        }
        _ => wanted == value,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engine::{Engine, Limits};
    use lake::{Content, Data, Options};
    use semantics::{Column, Type};

    use super::*;
    use crate::pack::{Detection, Events, Pack};
    use crate::run::{self, SchemaMode};

    fn table() -> Table {
        let columns = [("Host", Type::String), ("Mean", Type::Real), ("Ports", Type::Dynamic), ("At", Type::DateTime)];
        let row = |host: &str, mean: f64| {
            let at = time::parse_datetime("2026-03-02T12:00:00Z").expect("a datetime");
            vec![Value::String(host.into()), Value::Real(mean), Value::Dynamic("[443,80]".into()), Value::DateTime(at)]
        };
        Table {
            columns: columns.map(|(name, ty)| Column::new(name, ty)).to_vec(),
            rows: vec![row("a", 0.5), row("b", 2.0)],
        }
    }

    fn case(alerts: &str) -> Case {
        let text = format!("name: n\nshows: s\nnow: 2026-03-02T12:00:00Z\nalerts: {alerts}\n");
        Case::read("case.yaml", &text).expect("a case")
    }

    #[test]
    fn rows_agree_in_any_order_and_sets_too() {
        let alerts = "[{Host: b, Mean: 2}, {Host: a, Mean: 0.5, Ports: [80, 443], At: '2026-03-02T12:00:00Z'}]";
        assert_eq!(differences(&case(alerts), &table()), [""; 0]);
    }

    #[test]
    fn names_what_is_missing_unexpected_and_different() {
        let found = differences(&case("[{Host: a, Mean: 0.25}]"), &table());
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("missing: Host=\"a\" Mean=0.25; the nearest row has Mean=0.5"), "{}", found[0]);
        assert!(found[1].starts_with("unexpected: Host=a"), "{}", found[1]);
        assert!(found[2].starts_with("unexpected: Host=b"), "{}", found[2]);
    }

    #[test]
    fn a_near_miss_must_stay_silent() {
        assert_eq!(differences(&case("[]"), &table()).len(), 2);
        assert_eq!(differences(&case("[]"), &Table { rows: vec![], ..table() }), [""; 0]);
    }

    /// Every detection that comes with the program, over the events beside it, through the engine: the proof that it detects.
    #[tokio::test(flavor = "multi_thread")]
    async fn every_embedded_case_gives_what_it_expects() {
        let content = Content::embedded();
        let engine = Engine::new(Limits { partitions: 2, ..Limits::default() }).expect("an engine starts");
        let mut failures = vec![];
        for name in content.names("packs") {
            let pack = Pack::load(&name, &content).expect("the pack comes with the program");
            assert!(pack.problems.is_empty() && !pack.detections.is_empty(), "{name}: {:?}", pack.problems);
            for Detection { rule, cases, .. } in &pack.detections {
                for case in cases {
                    let run = run::run(rule, &engine, Arc::new(events(case).await), case.now, SchemaMode::Lenient).await;
                    let run = run.unwrap_or_else(|error| panic!("{}: {error}", case.file));
                    assert_eq!(run.problems, [], "{}", case.file);
                    failures.extend(differences(case, &run.table).iter().map(|text| format!("{}: {text}", case.file)));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    async fn events(case: &Case) -> lake::Database {
        let folder = tempfile::tempdir().expect("a folder");
        let mut paths = vec![];
        for events in &case.events {
            let Events::Text(name, text) = events else { panic!("{}: embedded events are text", case.file) };
            let path = folder.path().join(name);
            std::fs::write(&path, text.as_bytes()).expect("a file");
            paths.push(path);
        }
        let data = Data::open(paths, vec![], Options::default()).await.expect("the events can be read");
        assert!(data.summary.bad_count() == 0 && data.summary.record_count() > 0, "{}: {:?}", case.file, data.summary);
        data.database
    }

    #[test]
    fn an_array_with_more_elements_is_another() {
        assert_eq!(differences(&case("[{Host: a, Ports: [443]}, {Host: b}]"), &table()).len(), 2);
        assert_eq!(
            differences(&case("[{Host: a, Gone: 1}, {Host: b}]"), &table())[0],
            "the rule gives no column `Gone`"
        );
    }
}
