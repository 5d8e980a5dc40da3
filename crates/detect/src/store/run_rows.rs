//! Runs → rows of SentinelHealth and of `_Runs`, the table of the house that says how far each rule has come.
//!
//! In: a run that ended and what became of it. Out: rows; and from rows of `_Runs` what is known of each rule.
//!
//! Source: learn.microsoft.com/azure/sentinel/health-table-reference

use engine::Rows;
use semantics::{Value, time::format_datetime};
use serde_json::{Value as Json, json};

use super::alert_rows::operator_words;
use super::cells::{Cell, dynamic, long_of, rows, string, time};
use crate::raise::rule_key;
use crate::rule::{Grouping, Kind, Rule};
use crate::run::Ended;
use crate::schedule::{Due, Past};
use crate::table::Table;

/// How far each rule has come.
pub const RUNS: &str = "_Runs";
/// The latest row of each rule.
pub(super) const QUERY: &str = "_Runs | summarize arg_max(Sequence, *) by RuleId";

/// A run with what became of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded<'a> {
    pub(super) rule: &'a Rule,
    pub(super) due: &'a Due,
    pub(super) ended: &'a Ended,
    pub(super) past: &'a Past,
    pub(super) alert_count: usize,
    pub(super) sequence: i64,
    pub(super) now: i64,
}

impl Recorded<'_> {
    fn reason(&self) -> String {
        match &self.ended.outcome {
            Ok(_) => String::new(),
            Err(reason) => reason.clone(),
        }
    }

    fn status(&self) -> &'static str {
        if self.ended.outcome.is_ok() { "Success" } else { "Failure" }
    }

    fn row_count(&self) -> i64 {
        self.ended.outcome.as_ref().map_or(0, |run| i64::try_from(run.table.rows.len()).unwrap_or(i64::MAX))
    }
}

/// Rows of `_Runs`.
pub(super) fn runs(recorded: &[Recorded<'_>]) -> Result<Rows, engine::Error> {
    let record = |run: &Recorded<'_>| -> Vec<Cell> {
        vec![
            ("TimeGenerated", time(Some(run.now))),
            ("Sequence", Value::Long(run.sequence)),
            ("RuleId", string(rule_key(run.rule))),
            ("RuleName", string(&run.rule.name)),
            ("WindowStart", time(Some(run.due.start))),
            ("WindowEnd", time(Some(run.due.end))),
            ("End", time(Some(run.past.end))),
            ("Furthest", time(Some(run.past.furthest))),
            ("RanAt", time(Some(run.past.ran_at))),
            ("Ingested", time(Some(run.past.ingested))),
            ("SilentUntil", time(Some(run.past.silent_until))),
            ("Status", string(run.status())),
            ("Reason", string(run.reason())),
            ("Rows", Value::Long(run.row_count())),
            ("Alerts", Value::Long(i64::try_from(run.alert_count).unwrap_or(i64::MAX))),
            ("DurationMs", Value::Long(run.ended.duration_ms)),
        ]
    };
    rows(recorded.iter().map(record).collect())
}

/// What a row of `_Runs` says of its rule: its key, its number, and its past.
pub(super) fn past(table: &Table, row: usize) -> Option<(String, i64, Past)> {
    let time = |column: &str| long_of(table, row, column);
    let past = Past {
        end: time("End")?,
        furthest: time("Furthest")?,
        ran_at: time("RanAt")?,
        ingested: time("Ingested")?,
        silent_until: time("SilentUntil")?,
    };
    Some((super::cells::text_of(table, row, "RuleId"), time("Sequence")?, past))
}

/// Rows of SentinelHealth.
pub(super) fn health(recorded: &[Recorded<'_>]) -> Result<Rows, engine::Error> {
    let record = |run: &Recorded<'_>| -> Vec<Cell> {
        let (operation, kind) = match run.rule.kind {
            Kind::NearRealTime => ("NRT analytics rule run", "NRT"),
            Kind::Scheduled(_) | Kind::Hunting => ("Scheduled analytics rule run", "Scheduled"),
        };
        let description = match run.ended.outcome.is_ok() {
            true => "Rule executed successfully".to_owned(),
            false => "Rule execution failed".to_owned(),
        };
        let key = rule_key(run.rule);
        vec![
            ("TimeGenerated", time(Some(run.now))),
            ("OperationName", string(operation)),
            ("SentinelResourceId", string(&key)),
            ("SentinelResourceName", string(&run.rule.name)),
            ("Status", string(run.status())),
            ("Description", string(description)),
            ("Reason", string(run.reason())),
            ("SentinelResourceType", string("Analytics Rule")),
            ("SentinelResourceKind", string(kind)),
            ("RecordId", string(lake::guid_of(&["health", &key, &run.sequence.to_string()]))),
            ("ExtendedProperties", dynamic(&extended(run))),
            ("SourceSystem", string("Azure")),
        ]
    };
    rows(recorded.iter().map(record).collect())
}

fn extended(run: &Recorded<'_>) -> Json {
    let rule = run.rule;
    let issues = match &run.ended.outcome {
        Ok(ran) => ran.problems.iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect(),
        Err(_) => vec![],
    };
    let mut json = json!({
        "RuleId": rule_key(rule),
        "AggregationKind": match rule.grouping { Grouping::SingleAlert => "SingleAlert", Grouping::AlertPerResult => "AlertPerResult" },
        "AlertsGeneratedAmount": run.alert_count,
        "QueryStartTimeUTC": format_datetime(run.due.start),
        "QueryEndTimeUTC": format_datetime(run.due.end),
        "QueryResultAmount": run.row_count(),
        "Issues": issues,
        "SuppressionEnabled": rule.aftermath.suppression_seconds.is_some(),
        "DurationMs": run.ended.duration_ms,
        "WindowsGivenUp": run.due.given_up,
    });
    if let (Kind::Scheduled(schedule), Some(bag)) = (rule.kind, json.as_object_mut()) {
        let span = |seconds: i64| semantics::time::format_timespan(seconds.saturating_mul(crate::schedule::SECOND));
        bag.insert("QueryFrequency".to_owned(), json!(span(schedule.frequency_seconds)));
        bag.insert("QueryPeriod".to_owned(), json!(span(schedule.period_seconds)));
        bag.insert("TriggerOperator".to_owned(), json!(operator_words(schedule.operator)));
        bag.insert("TriggerThreshold".to_owned(), json!(schedule.threshold));
    }
    json
}
