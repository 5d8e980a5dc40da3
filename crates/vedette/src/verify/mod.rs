//! The telemetry that a test must leave, looked for in what is there.
//!
//! In: a test, the values of its inputs, tables to ask. Out: for each signal whether it is there, on which host, and for one that is missing the nearest
//! thing and what to look at. Reads no file and prints nothing.

mod advice;

use std::collections::BTreeMap;

use detect::atomic::{Atomic, Quoting, Scope, Signal, Values};
use detect::{Table, cell};
use semantics::time::format_datetime;
use serde_json::{Value as Json, json};

use crate::probe::Probe;

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// It is there.
    Found,
    /// It is there, as another source tells it.
    Elsewhere,
    /// It is not there, and need not be.
    Absent,
    /// It is not there.
    Missing,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Elsewhere => "elsewhere",
            Self::Absent => "absent",
            Self::Missing => "missing",
        }
    }
}

/// A signal, looked for.
#[derive(Debug, Clone)]
pub(crate) struct Sighting<'t> {
    pub(crate) signal: &'t Signal,
    pub(crate) status: Status,
    /// Rows of the source that is asked for, on the host.
    pub(crate) found: usize,
    /// The sources that tell the same, with their rows.
    pub(crate) others: BTreeMap<String, usize>,
    /// The nearest thing, where it is not there.
    pub(crate) nearest: Option<String>,
    /// What to look at, where it is not there.
    pub(crate) hint: Option<String>,
}

impl Sighting<'_> {
    pub(crate) fn json(&self) -> Json {
        json!({
            "Signal": self.signal.name,
            "Source": self.signal.source,
            "Status": self.status.name(),
            "Found": self.found,
            "Expected": self.signal.at_least,
            "Optional": self.signal.optional,
            "OtherSources": self.others,
            "Nearest": self.nearest,
            "Hint": self.hint,
            "Why": self.signal.why,
        })
    }
}

/// A test, looked for.
#[derive(Debug)]
pub(crate) struct Verdict<'t> {
    /// The host that has most of its signals; none when no host has any.
    pub(crate) host: Option<String>,
    pub(crate) sightings: Vec<Sighting<'t>>,
}

/// How rows are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'t> {
    /// Only this host is looked at.
    pub(crate) host: Option<&'t str>,
    /// Any source that tells the same will do.
    pub(crate) is_any_source: bool,
    /// Only what happened at or after this moment, in ticks: an earlier run of the test must not stand for this one.
    pub(crate) since: Option<i64>,
}

/// Rows by host, and of each host by source.
type Counts = BTreeMap<String, BTreeMap<String, usize>>;

/// Looks for the signals of a test.
///
/// # Errors
/// A signal's query that cannot run, with the name of the signal.
pub(crate) async fn verify<'t>(
    atomic: &'t Atomic,
    values: &Values,
    probe: &Probe,
    rules: Rules<'_>,
) -> Result<Verdict<'t>, (String, engine::Error)> {
    let mut counted = vec![];
    for signal in &atomic.signals {
        let query = bounded(&values.fill(&signal.kql, Quoting::Kql), rules.since);
        let table = probe.rows(&query).await.map_err(|error| (signal.name.clone(), error))?;
        counted.push((signal, query, counts(&table)));
    }
    let host = match rules.host {
        Some(host) => Some(host.to_lowercase()),
        None => busiest(&counted, rules.is_any_source),
    };
    let mut sightings = vec![];
    for (signal, query, counts) in counted {
        let (found, others) = tally(signal, &counts, host.as_deref());
        let all = found + others.values().sum::<usize>();
        let status = match (found >= signal.at_least, all >= signal.at_least, &signal.optional) {
            (true, _, _) => Status::Found,
            (false, true, _) => Status::Elsewhere,
            (false, false, Some(_)) => Status::Absent,
            (false, false, None) => Status::Missing,
        };
        let mut sighting = Sighting { signal, status, found, others, nearest: None, hint: None };
        if status != Status::Found {
            advice::add(&mut sighting, &query, probe).await.map_err(|error| (signal.name.clone(), error))?;
        }
        sightings.push(sighting);
    }
    Ok(Verdict { host, sightings })
}

/// The tables that signals are looked for in, with their columns of time.
const TIMED: [(&str, &str); 6] = [
    ("DeviceProcessEvents", "Timestamp"),
    ("DeviceNetworkEvents", "Timestamp"),
    ("DeviceEvents", "Timestamp"),
    ("SecurityEvent", "TimeGenerated"),
    ("CommonSecurityLog", "TimeGenerated"),
    ("ASimWebSessionLogs", "TimeGenerated"),
];

/// The query over what happened since a moment: each table stands for its later rows, and the query stays as it is.
fn bounded(query: &str, since: Option<i64>) -> String {
    let Some(since) = since else { return query.to_owned() };
    let moment = format_datetime(since);
    let tables = TIMED.iter().filter(|(table, _)| query.contains(table));
    let lets = tables.map(|(table, time)| format!("let {table} = {table} | where {time} >= datetime({moment});\n"));
    lets.collect::<String>() + query
}

/// The host on which most signals are complete; of two alike, the first by name.
fn busiest(counted: &[(&Signal, String, Counts)], is_any_source: bool) -> Option<String> {
    let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
    for (signal, _, counts) in counted.iter().filter(|(signal, _, _)| signal.scope == Scope::Host) {
        for (host, sources) in counts {
            let rows: usize = match is_any_source {
                true => sources.values().sum(),
                false => sources.get(&signal.source).copied().unwrap_or(0),
            };
            // A host with a part of a signal is nearer than one with nothing.
            *hosts.entry(host).or_default() += if rows >= signal.at_least { 100 } else { usize::from(rows > 0) };
        }
    }
    let best = hosts.values().max().copied()?;
    hosts.into_iter().find(|(_, score)| *score == best).map(|(host, _)| host.to_owned())
}

fn tally(signal: &Signal, counts: &Counts, host: Option<&str>) -> (usize, BTreeMap<String, usize>) {
    let mut found = 0;
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for (name, sources) in counts {
        if signal.scope == Scope::Host && host.is_some_and(|host| host != name) {
            continue;
        }
        for (source, rows) in sources {
            if *source == signal.source { found += rows } else { *others.entry(source.clone()).or_default() += rows }
        }
    }
    (found, others)
}

/// Rows by host and source. A table without `AdditionalFields` is told by its name alone: its rows are of the source that the signal names.
fn counts(table: &Table) -> Counts {
    let mut counts = Counts::new();
    for row in 0..table.rows.len() {
        let host = table.value(row, "DeviceName").map(|value| cell::text(value).to_lowercase()).unwrap_or_default();
        let source = match table.value(row, "AdditionalFields") {
            None => table.value(row, "DeviceVendor").map(|_| "cef".to_owned()).unwrap_or_default(),
            Some(fields) => source_of(&cell::text(fields)),
        };
        *counts.entry(host).or_default().entry(source).or_default() += 1;
    }
    counts
}

/// What `_source` says; Defender's own rows have none.
fn source_of(fields: &str) -> String {
    let fields: Json = serde_json::from_str(fields).unwrap_or_default();
    fields.get("_source").and_then(Json::as_str).unwrap_or("defender").to_owned()
}
