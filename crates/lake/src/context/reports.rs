//! Aggregated reports of Defender → the events that they count, for rules that count rows.
//!
//! In: reports (`ConnectionSuccessAggregatedReport` …), each of which says how many equal events an hour had. Out: the reports, and behind them as
//! many rows of the plain ActionType as each counts. Nothing tells when each event was: all have the report's own time, and a mark in
//! `AdditionalFields` that says that they are none that were observed. Source: learn.microsoft.com/defender-endpoint/aggregated-reporting.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringViewBuilder, UInt64Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use serde_json::{Map, Value, json};

use super::processes::{long, text};
use super::replaced;
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// Rows of one report: nearly three events a second, all through its hour.
pub(super) const EVENTS_MAX: u64 = 10_000;
/// Rows of all reports together that are made at once: a gigabyte of memory, about.
const ROWS_MAX: usize = 2_000_000;

const SUFFIX: &str = "AggregatedReport";
/// How many events a report stands for.
const COUNT: &str = "uniqueEventsAggregated";
/// Only rows that were made have it.
const MARK: &str = "expandedFromReport";

/// A report, by its row.
struct Report {
    row: usize,
    count: u64,
    fields: Map<String, Value>,
}

/// Adds the rows that reports stand for. Gives how many reports count more events than are made.
///
/// - Errors: more rows than are made at once.
pub(super) fn expand(tables: &mut Tables) -> Result<u64> {
    let (mut cut, mut rows) = (0, 0);
    for (name, table) in tables.iter_mut().filter(|(name, _)| name.starts_with("Device")) {
        let mut made = vec![];
        for batch in &table.batches {
            let reports = reports(table, batch);
            cut += reports.iter().filter(|report| report.count > EVENTS_MAX).count() as u64;
            rows += reports.iter().map(made_of).sum::<usize>();
            if rows > ROWS_MAX {
                let text = format!(
                    "aggregated_reports=expand would make more than {ROWS_MAX} rows at once (`{name}`); read fewer files together, or leave it out"
                );
                return Err(engine::Error::Environment(text).into());
            }
            if !reports.is_empty() {
                made.push(expanded(table, batch, &reports)?);
            }
        }
        table.batches.extend(made);
    }
    Ok(cut)
}

/// The batch without rows that were made of reports.
pub(super) fn without_expanded(batch: &RecordBatch) -> Result<RecordBatch> {
    let Some(fields) = batch.column_by_name("AdditionalFields") else { return Ok(batch.clone()) };
    let is_told: BooleanArray =
        (0..batch.num_rows()).map(|row| Some(!text(fields, row).contains(&format!("\"{MARK}\":true")))).collect();
    match is_told.true_count() == batch.num_rows() {
        true => Ok(batch.clone()),
        false => filter_record_batch(batch, &is_told).map_err(Error::bug),
    }
}

fn made_of(report: &Report) -> usize {
    usize::try_from(report.count.min(EVENTS_MAX)).unwrap_or(usize::MAX)
}

/// The reports of a batch that say how many events they stand for.
fn reports(table: &MemoryTable, batch: &RecordBatch) -> Vec<Report> {
    let (Some(actions), Some(fields)) = (batch.column_by_name("ActionType"), table.column(batch, "AdditionalFields"))
    else {
        return vec![];
    };
    let report = |row: usize| {
        text(actions, row).strip_suffix(SUFFIX).filter(|action| !action.is_empty())?;
        let fields = bag(text(&fields, row))?;
        let count = match fields.get(COUNT)? {
            Value::String(text) => text.trim().parse().ok()?,
            number => number.as_u64()?,
        };
        Some(Report { row, count, fields })
    };
    (0..batch.num_rows()).filter_map(report).collect()
}

/// A bag, or a bag as text in a bag's place, as exports have it.
fn bag(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text).ok()? {
        Value::Object(bag) => Some(bag),
        Value::String(text) => serde_json::from_str(&text).ok(),
        _ => None,
    }
}

fn expanded(table: &MemoryTable, batch: &RecordBatch, reports: &[Report]) -> Result<RecordBatch> {
    let rows = reports.iter().flat_map(|report| std::iter::repeat_n(report.row as u64, made_of(report)));
    let rows: UInt64Array = rows.collect();
    let made = take_record_batch(batch, &rows).map_err(Error::bug)?;
    let Some(actions) = batch.column_by_name("ActionType") else { return Ok(made) };
    let ids = table.column(batch, "ReportId");
    let (mut plain, mut fields) = (StringViewBuilder::new(), StringViewBuilder::new());
    for report in reports {
        let action = text(actions, report.row);
        let mut bag = report.fields.clone();
        bag.shift_remove(COUNT);
        bag.insert(MARK.to_owned(), json!(true));
        bag.insert("reportId".to_owned(), json!(ids.as_ref().and_then(|ids| number(ids, report.row))));
        bag.insert("reportedEvents".to_owned(), json!(report.count));
        for number in 1..=made_of(report) {
            // Rows that are equal in everything else stay as many under `distinct`.
            bag.insert("reportedEvent".to_owned(), json!(number));
            plain.append_value(action.strip_suffix(SUFFIX).unwrap_or(action));
            fields.append_value(Value::Object(bag.clone()).to_string());
        }
    }
    let columns: [(&str, ArrayRef); 2] =
        [("ActionType", Arc::new(plain.finish())), ("AdditionalFields", Arc::new(fields.finish()))];
    replaced(&made, columns)
}

fn number(array: &ArrayRef, row: usize) -> Option<i64> {
    long(array, row).or_else(|| {
        let ints = array.as_primitive_opt::<arrow::datatypes::Int32Type>()?;
        ints.is_valid(row).then(|| i64::from(ints.value(row)))
    })
}
