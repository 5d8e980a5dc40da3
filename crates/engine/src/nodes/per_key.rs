//! A subquery for each value of a key: `partition`, and `mv-apply` where its subquery cannot run for all records together.
//!
//! - Shape: the subquery's rows for the first key, then those for the second …; its columns, then the key.
//! - Order: keys in the order in which the input first has them; rows of a subtable in the order of the input.
//! - Limits: so many keys as the bound operator says, as each is a plan of its own.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::{concat, concat_batches, take};
use arrow::datatypes::Schema as ArrowSchema;
use semantics::Schema;
use semantics::bound::{PerKey, Table};

use super::{ROWS_MAX, group, one_batch, too_many_rows};
use crate::error::{Error, Result};
use crate::ordered::ordered;
use crate::subqueries::Run;
use crate::types::arrow_fields;

impl Run<'_> {
    /// The rows that the subquery gives for every key.
    pub(crate) async fn per_key(&mut self, per_key: &mut PerKey, schema: &Schema) -> Result<RecordBatch> {
        let rows = Box::pin(self.evaluate(&mut per_key.input)).await?;
        let input = one_batch(&rows)?;
        let known = match &mut per_key.keys {
            Some(keys) => {
                let keys = Box::pin(self.evaluate(keys)).await?;
                one_batch(&keys)?.columns().first().cloned()
            }
            None => None,
        };
        let key = input.columns().get(per_key.key).cloned();
        let key = key.ok_or_else(|| Error::Bug("the key of a subquery is missing".into()))?;
        let subtables = subtables(&key, known)?;
        if subtables.len() > per_key.keys_max {
            let message = format!("a subquery for each of {} values, more than {}", subtables.len(), per_key.keys_max);
            return Err(Error::Environment(message));
        }
        let told = Arc::new(ArrowSchema::new(arrow_fields(schema)));
        let (mut batches, mut row_count) = (vec![], 0);
        self.in_order = true;
        for Subtable { key, rows } in subtables {
            let columns = input.columns().iter().map(|column| take(column, &rows, None));
            let columns = columns.collect::<std::result::Result<Vec<_>, _>>().map_err(bug)?;
            let subtable = RecordBatch::try_new(input.schema(), columns).map_err(bug)?;
            for batch in self.subquery(per_key, subtable).await? {
                row_count += batch.num_rows();
                if row_count > ROWS_MAX {
                    return Err(too_many_rows("partition"));
                }
                let mut columns = batch.columns().to_vec();
                columns.push(repeated(&key, batch.num_rows())?);
                batches.push(RecordBatch::try_new(Arc::clone(&told), columns).map_err(bug)?);
            }
        }
        concat_batches(&told, &batches).map_err(bug)
    }

    /// The rows of one subtable's subquery.
    async fn subquery(&mut self, per_key: &PerKey, subtable: RecordBatch) -> Result<Vec<RecordBatch>> {
        let known = self.shared.len();
        self.put(per_key.slot, subtable.schema(), vec![subtable])?;
        for (at, table) in &per_key.shared {
            let mut table: Table = table.clone();
            let rows = Box::pin(self.evaluate(&mut table)).await?;
            self.put(*at, Arc::new(ArrowSchema::new(arrow_fields(&rows.columns))), rows.batches)?;
        }
        let mut body = per_key.body.clone();
        let rows = Box::pin(self.evaluate(&mut body)).await?;
        // What was computed on the way belongs to this subtable only.
        self.shared.truncate(known);
        Ok(rows.batches)
    }

    fn put(&mut self, at: usize, schema: Arc<ArrowSchema>, batches: Vec<RecordBatch>) -> Result<()> {
        let slot = self.shared.get_mut(at).ok_or_else(|| Error::Bug("a subtable has no place".into()))?;
        *slot = ordered(schema, batches)?;
        Ok(())
    }
}

/// The rows of one key.
struct Subtable {
    /// An array of one.
    key: ArrayRef,
    rows: UInt64Array,
}

/// The rows of every key; keys that are known from elsewhere have none when the column lacks them.
fn subtables(column: &ArrayRef, known: Option<ArrayRef>) -> Result<Vec<Subtable>> {
    let (keys, offset) = match &known {
        Some(known) => (concat(&[known.as_ref(), column.as_ref()]).map_err(bug)?, known.len()),
        None => (Arc::clone(column), 0),
    };
    let groups = group(&[Arc::clone(&keys)])?;
    let subtable = |group: Vec<usize>| {
        let first = group.first().copied().unwrap_or(0);
        let rows = group.into_iter().filter_map(|row| row.checked_sub(offset)).map(|row| row as u64);
        Subtable { key: keys.slice(first, 1), rows: rows.collect::<Vec<u64>>().into() }
    };
    Ok(groups.into_iter().map(subtable).collect())
}

fn repeated(one: &ArrayRef, count: usize) -> Result<ArrayRef> {
    take(one, &UInt64Array::from(vec![0; count]), None).map_err(bug)
}

fn bug(error: arrow::error::ArrowError) -> Error {
    Error::Bug(error.to_string())
}
