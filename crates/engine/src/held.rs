//! The rows that a query holds until it is done: its answer, and what it evaluates once.
//!
//! In: a plan. Out: its batches. They count as memory of the query like those of its sorts and joins, so that a join of everything with
//! everything ends with a message and not with the machine. Knows nothing of what the rows mean.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::DataType;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use crate::error::{Error, Result};

/// Runs a plan and keeps its rows, as far as there is room for them and no more than so many.
pub(crate) async fn collect(
    frame: DataFrame,
    held: &MemoryReservation,
    rows_max: Option<usize>,
) -> Result<Vec<RecordBatch>> {
    let mut stream = frame.execute_stream().await?;
    let (mut batches, mut rows) = (vec![], 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if batch.num_rows() == 0 {
            continue;
        }
        rows += batch.num_rows();
        if let Some(limit) = rows_max.filter(|limit| rows > *limit) {
            return Err(Error::Environment(format!(
                "the answer has more than {limit} rows, which is the limit (`--max-rows`); `take` or `summarize` makes it smaller"
            )));
        }
        let batch = compact(batch)?;
        held.try_grow(batch.columns().iter().map(bytes).sum())?;
        batches.push(batch);
    }
    Ok(batches)
}

/// Texts of few rows may be views of the buffers of many, which a filter or a join passes on whole: those that are held keep only their own. What sorts or
/// joins them later counts every buffer that they name, and would ask for memory that nothing uses.
fn compact(batch: RecordBatch) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8View => {
            let texts = column.as_string_view();
            let named: usize = texts.data_buffers().iter().map(|buffer| buffer.capacity()).sum();
            match named > 2 * texts.total_buffer_bytes_used() + SLACK_BYTES {
                true => Arc::new(texts.gc()),
                false => Arc::clone(column),
            }
        }
        _ => Arc::clone(column),
    });
    let columns: Vec<ArrayRef> = columns.collect();
    // A batch may have rows and no columns.
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &rows)
        .map_err(|error| Error::Bug(format!("a batch that is held: {error}")))
}

/// Buffers that are larger than their texts by less are not worth a copy.
const SLACK_BYTES: usize = 16 << 10;

/// What an array's values take; a slice of a larger array counts as what it shows, since others may hold the rest.
fn bytes(array: &ArrayRef) -> usize {
    let shown = array.to_data().get_slice_memory_size().unwrap_or_else(|_| array.get_array_memory_size());
    match array.data_type() {
        DataType::Utf8View => shown + array.as_string_view().total_buffer_bytes_used(),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringViewArray};

    use super::*;

    #[test]
    fn texts_that_are_held_keep_no_buffer_of_others() {
        let long = "a text that is longer than twelve bytes";
        let texts = StringViewArray::from_iter_values(std::iter::repeat_n(long, 10_000));
        let few: ArrayRef = Arc::new(texts.slice(0, 10));
        let batch = RecordBatch::try_from_iter([("t", few)]).expect("a batch");
        let held = compact(batch.clone()).expect("a batch");
        assert_eq!(held, batch);
        let size = |batch: &RecordBatch| {
            batch.column(0).as_string_view().data_buffers().iter().map(|b| b.capacity()).sum::<usize>()
        };
        assert!(size(&batch) > 10_000 * 12 && size(&held) < 16 << 10, "{} {}", size(&batch), size(&held));
    }

    #[test]
    fn a_slice_counts_as_what_it_shows() {
        // Eight bytes a long; sixteen bytes a view, and the bytes of a text that is longer than twelve behind it.
        let longs: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
        assert_eq!(bytes(&longs), 8000);
        assert_eq!(bytes(&longs.slice(10, 5)), 40);
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["short", "longer than twelve bytes"]));
        assert_eq!(bytes(&texts), 2 * 16 + 24);
    }
}
