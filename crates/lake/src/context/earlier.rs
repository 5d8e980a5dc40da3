//! What rows that were stored before tell about rows that come now: starts and ends of processes, answers of name servers.
//!
//! In: the tables of a step, and what was kept of the steps before it. Out: the tables enriched as if those rows stood before them. What is kept is
//! the last steps' worth of such rows as they were stored, no more than a limit, so that an ingestion that begins again with the rows of the
//! lake knows what the one before it knew. They are kept with the columns that are read of them, and their own copy of the texts: a row that
//! held on to the buffers of its step would keep all of that step.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use semantics::Type;

use super::{Estate, enrich, fill, remote_url, reports};
use crate::content::Content;
use crate::delta::{INGESTED, Lake, LakeTable};
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// Rows that are kept.
const ROWS_MAX: usize = 100_000;

/// The tables that tell something, and which of their rows do; all when there is no list.
const TELLING: [(&str, &[&str]); 2] =
    [("DeviceProcessEvents", &[]), ("DeviceEvents", &["ProcessTerminated", "DnsQueryResponse"])];

/// Rows of one step.
#[derive(Debug, Default)]
struct Kept {
    tables: BTreeMap<&'static str, Vec<RecordBatch>>,
    rows: usize,
}

/// Rows of the steps before.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    steps: VecDeque<Kept>,
    rows: usize,
}

impl Earlier {
    /// The newest rows of a lake.
    pub(crate) async fn of(lake: &Lake, content: &Content) -> Result<Self> {
        let mut steps: BTreeMap<i64, Kept> = BTreeMap::new();
        for (name, actions) in TELLING {
            let Some(table) = lake.table(name, None).await? else { continue };
            let Some(schema) = content.table(name)? else { continue };
            let columns = schema.columns.iter().filter(|column| is_kept(&column.name)).cloned().collect();
            for batch in newest(&table, columns).await? {
                for (ingested, rows) in by_ingested(&batch)? {
                    let rows = telling(&rows, actions)?;
                    let kept = steps.entry(ingested).or_default();
                    kept.rows += rows.num_rows();
                    kept.tables.entry(name).or_default().push(rows);
                }
            }
        }
        let mut earlier = Self::default();
        steps.into_values().for_each(|kept| earlier.keep(kept));
        Ok(earlier)
    }

    fn keep(&mut self, kept: Kept) {
        self.rows += kept.rows;
        self.steps.push_back(kept);
        while self.rows > ROWS_MAX && self.steps.len() > 1 {
            self.rows -= self.steps.pop_front().map_or(0, |step| step.rows);
        }
    }

    /// Fills what other events tell, those of earlier steps too, and keeps what these tell.
    pub(crate) fn enrich(&mut self, tables: &mut Tables, content: &Content, estate: &Estate) -> Result<()> {
        let mut told = Tables::default();
        for (name, _) in TELLING {
            let batches: Vec<RecordBatch> =
                self.steps.iter().filter_map(|step| step.tables.get(name)).flatten().cloned().collect();
            if let Some(schema) = content.table(name)?.filter(|_| !batches.is_empty()) {
                told.entry(name, || MemoryTable { schema, batches });
            }
        }
        enrich(tables, &told, estate)?;
        let mut kept = Kept::default();
        for (name, actions) in TELLING {
            let Some(table) = tables.get(name) else { continue };
            for batch in &table.batches {
                let rows = own_copy(&telling(batch, actions)?)?;
                kept.rows += rows.num_rows();
                kept.tables.entry(name).or_default().push(rows);
            }
        }
        self.keep(kept);
        Ok(())
    }
}

/// Is the column read of rows that stood before?
fn is_kept(column: &str) -> bool {
    fill::READ.contains(&column) || fill::origins().any(|name| name == column) || remote_url::READ.contains(&column)
}

/// The columns that are kept, with no texts but those of these rows.
fn own_copy(batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = batch.schema();
    let kept: Vec<usize> = (0..schema.fields().len()).filter(|at| is_kept(schema.field(*at).name())).collect();
    let batch = batch.project(&kept).map_err(Error::bug)?;
    let own = |array: &ArrayRef| match array.as_string_view_opt() {
        Some(texts) => Arc::new(texts.gc()) as ArrayRef,
        None => array.clone(),
    };
    RecordBatch::try_new(batch.schema(), batch.columns().iter().map(own).collect()).map_err(Error::bug)
}

/// Rows of the parts that came last, oldest first.
async fn newest(table: &LakeTable, mut columns: Vec<semantics::Column>) -> Result<Vec<RecordBatch>> {
    let mut parts = table.parts()?;
    parts.sort_by_key(|part| part.stats.bounds.get(INGESTED).map_or(0, |bounds| bounds.1));
    let (mut rows, mut first) = (0, parts.len());
    while first > 0 && rows < ROWS_MAX as u64 {
        first -= 1;
        rows += parts.get(first).and_then(|part| part.stats.rows).unwrap_or(0);
    }
    columns.push(semantics::Column::new(INGESTED, Type::DateTime));
    table.read_parts(parts.get(first..).unwrap_or_default(), &columns).await
}

/// The rows of each time of ingestion, without that column.
fn by_ingested(batch: &RecordBatch) -> Result<Vec<(i64, RecordBatch)>> {
    let at = batch.schema_ref().index_of(INGESTED).map_err(Error::bug)?;
    let times = batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(|| Error::bug("times are ticks"))?.clone();
    let mut rows = batch.clone();
    rows.remove_column(at);
    let mut different: Vec<i64> = times.iter().flatten().collect();
    different.sort_unstable();
    different.dedup();
    let of = |time: i64| {
        let mask: BooleanArray = times.iter().map(|other| Some(other == Some(time))).collect();
        Ok((time, filter_record_batch(&rows, &mask).map_err(Error::bug)?))
    };
    different.into_iter().map(of).collect()
}

/// The rows that tell something; those that were made of a report tell nothing that the report does not.
fn telling(batch: &RecordBatch, actions: &[&str]) -> Result<RecordBatch> {
    if actions.is_empty() {
        return reports::without_expanded(batch);
    }
    let texts = batch.column_by_name("ActionType").and_then(|array| array.as_string_view_opt());
    let Some(texts) = texts else { return Ok(batch.slice(0, 0)) };
    let mask: BooleanArray = texts.iter().map(|text| Some(text.is_some_and(|text| actions.contains(&text)))).collect();
    filter_record_batch(batch, &mask).map_err(Error::bug)
}
