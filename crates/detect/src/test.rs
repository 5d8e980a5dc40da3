//! A test case: its events replayed through its rule, and what comes of them against what it expects.
//!
//! In: a rule, a case, and whoever runs queries. Out: what differs, in sentences. Events are read as any others would be; those that are part of
//! the program go through a folder of their own, which is removed.

use std::env::temp_dir;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Database, Executor};
use lake::{Content, Data, Options, Watchlist};
use semantics::{Value, time};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::alert::{Alert, Entity, alerts};
use crate::cell;
use crate::pack::{Case, Detection, Events};
use crate::rule::{Kind, Rule};
use crate::run::{self, SchemaMode};
use crate::table::Table;

/// Why a case could not be replayed, which is no answer to whether its rule detects.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The events cannot be read.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// The query cannot be run.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// There is no place for the events that are part of the program.
    #[error("cannot write `{}`: {source}", path.display())]
    Scratch {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// The events of a case, read once, to be asked as often as need be.
pub struct Opened {
    database: Arc<dyn Database>,
    /// What is wrong with the reading; nothing when all events were read.
    unread: Option<String>,
    /// Files that are scanned in place have to stay.
    _scratch: TempDir,
}

impl Opened {
    /// The events as tables; they are there as long as this value is.
    pub fn database(&self) -> Arc<dyn Database> {
        Arc::clone(&self.database)
    }

    /// What is wrong with the reading; nothing when all events were read.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }
}

/// Reads the events of a case.
///
/// # Errors
/// When they cannot be read at all. Events that are bad, or missing, are among the differences of every run.
pub async fn open(case: &Case, content: Arc<Content>, watchlists: &[Watchlist]) -> Result<Opened, Error> {
    let scratch = TempDir::with_prefix("vedette-").map_err(|source| Error::Scratch { path: temp_dir(), source })?;
    let mut paths = vec![];
    for events in &case.events {
        paths.push(match events {
            Events::File(path) => path.clone(),
            Events::Text(name, text) => write(&scratch, name, text)?,
        });
    }
    let options = Options { content: Some(content), watchlists: watchlists.to_vec(), ..Options::default() };
    let data = Data::open(paths, vec![], options).await?;
    let (read, bad) = (data.summary.record_count(), data.summary.bad_count());
    let reason = data.summary.files.iter().find_map(|file| file.first_bad.as_ref());
    let reason = reason.map(|first| format!(": {}", first.reason)).unwrap_or_default();
    // A near miss whose events were not read would stay silent for the wrong reason.
    let unread = (read == 0 || bad > 0).then(|| format!("of its events {read} were read, {bad} could not be{reason}"));
    Ok(Opened { database: Arc::new(data.database), unread, _scratch: scratch })
}

/// Runs a rule over a case's events as of its moment, and tells what differs from what it expects; nothing when the rule did as it should.
///
/// # Errors
/// When the query cannot be run.
pub async fn check(
    rule: &Rule,
    case: &Case,
    opened: &Opened,
    executor: &dyn Executor,
    mode: SchemaMode,
) -> Result<Vec<String>, engine::Error> {
    let run = run::run(rule, executor, Arc::clone(&opened.database), case.now, mode).await?;
    let mut found: Vec<String> = opened.unread.iter().cloned().collect();
    found.extend(run.problems.iter().map(ToString::to_string));
    found.extend(differences(case, &run.table));
    if let Some(expected) = &case.entities {
        found.extend(entity_differences(expected, &alerts(rule, &run.table)));
    }
    Ok(found)
}

/// Reads a case's events and runs its rule over them: [`open`] and [`check`] in one.
///
/// # Errors
/// When the events cannot be read or the query cannot be run.
pub async fn replay(
    rule: &Rule,
    case: &Case,
    executor: &dyn Executor,
    content: Arc<Content>,
    watchlists: &[Watchlist],
) -> Result<Vec<String>, Error> {
    let opened = open(case, content, watchlists).await?;
    Ok(check(rule, case, &opened, executor, SchemaMode::Lenient).await?)
}

/// What a detection lacks of a proof: a case that fires and a near miss. A hunting query is for a person to read, and may do without any.
pub fn lacks(detection: &Detection) -> Vec<&'static str> {
    let hits = detection.cases.iter().filter(|case| case.is_hit()).count();
    let is_exempt = detection.rule.kind == Kind::Hunting && detection.cases.is_empty();
    let mut lacks = vec![];
    if hits == 0 && !is_exempt {
        lacks.push("a case that fires");
    }
    if hits == detection.cases.len() && !is_exempt {
        lacks.push("a near miss");
    }
    lacks
}

/// The entities of all alerts together against those expected, as sets.
fn entity_differences(expected: &[Entity], alerts: &[Alert]) -> Vec<String> {
    let mut found: Vec<&Entity> = vec![];
    for entity in alerts.iter().flat_map(|alert| &alert.entities) {
        if !found.contains(&entity) {
            found.push(entity);
        }
    }
    let is_same = |left: &Entity, right: &Entity| {
        left.entity_type == right.entity_type
            && left.identifiers.len() == right.identifiers.len()
            && left.identifiers.iter().all(|pair| right.identifiers.contains(pair))
    };
    let missing = expected.iter().filter(|entity| !found.iter().any(|other| is_same(entity, other)));
    let mut differences: Vec<String> =
        missing.map(|entity| format!("missing entity: {}", entity_words(entity))).collect();
    let unexpected = found.iter().filter(|entity| !expected.iter().any(|other| is_same(entity, other)));
    differences.extend(unexpected.map(|entity| format!("unexpected entity: {}", entity_words(entity))));
    differences
}

fn entity_words(entity: &Entity) -> String {
    let identifiers: Vec<String> = entity.identifiers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} {}", entity.entity_type, identifiers.join(" "))
}

/// Writes events that are part of the program into a folder.
fn write(folder: &TempDir, name: &str, text: &str) -> Result<PathBuf, Error> {
    let path = folder.path().join(Path::new(name).file_name().unwrap_or(name.as_ref()));
    match std::fs::write(&path, text) {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::Scratch { path, source }),
    }
}

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
        Value::Decimal(value) => wanted.as_str() == Some(value.to_string().as_str()),
        Value::String(text) | Value::Guid(text) => wanted.as_str() == Some(text),
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
    use engine::{Engine, Limits};
    use semantics::{Column, Type};

    use super::*;
    use crate::pack::Pack;

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
        let content = Arc::new(Content::embedded());
        let engine = Engine::new(Limits { partitions: 2, ..Limits::default() }).expect("an engine starts");
        let mut failures = vec![];
        for name in content.names("packs") {
            let pack = Pack::load(&name, &content).expect("the pack comes with the program");
            assert!(pack.problems.is_empty() && !pack.detections.is_empty(), "{name}: {:?}", pack.problems);
            for Detection { rule, cases, .. } in &pack.detections {
                for case in cases {
                    let found = replay(rule, case, &engine, content.clone(), &pack.watchlists).await;
                    let found = found.unwrap_or_else(|error| vec![error.to_string()]);
                    failures.extend(found.iter().map(|text| format!("{}: {text}", case.file)));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    #[test]
    fn entities_are_compared_as_a_set() {
        let entity =
            |host: &str| Entity { entity_type: "Host".into(), identifiers: vec![("HostName".into(), host.into())] };
        let text =
            "name: n\nshows: s\nnow: 2026-03-02T12:00:00Z\nalerts: [{A: 1}]\nentities: [{Type: Host, HostName: a}]\n";
        let expected = Case::read("case.yaml", text).expect("a case").entities.expect("entities");
        assert_eq!(expected, [entity("a")]);
        let rule = crate::rule::sentinel::read(
            "r.yaml",
            "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001\nname: n\ndescription: d\nversion: 1.0.0\nkind: NRT\nseverity: Low\n\
             requiredDataConnectors: []\nquery: T\neventGroupingSettings: {aggregationKind: AlertPerResult}\nentityMappings:\n\
             - {entityType: Host, fieldMappings: [{identifier: HostName, columnName: Host}]}\n",
        );
        let alerts = alerts(&rule.0.expect("a rule"), &table());
        assert_eq!(entity_differences(&[entity("b"), entity("a")], &alerts), [""; 0]);
        let found = entity_differences(&[entity("a"), entity("c")], &alerts);
        assert_eq!(found, ["missing entity: Host HostName=c", "unexpected entity: Host HostName=b"]);
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
