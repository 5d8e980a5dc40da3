//! `top-hitters`: which values have the largest sums.
//!
//! In: values in their order, each with its sum. Out: at most so many of them, the largest sum first, equal ones in the order of the values.
//! Which of equal sums stay is what the heap leaves, as recorded answers of Kusto have it: all values go into a heap with the smallest sum on
//! top, and the top is taken away until few enough are left.

use std::cmp::Ordering;

use arrow::array::{RecordBatch, UInt64Array, make_comparator};
use arrow::compute::{SortOptions, take_record_batch};

use super::one_batch;
use crate::error::{Error, Result};
use crate::rows::Rows;

/// The rows whose second column is largest.
pub(crate) fn top_hitters(rows: &Rows, count: usize) -> Result<RecordBatch> {
    let bug = |error: arrow::error::ArrowError| Error::Bug(error.to_string());
    let batch = one_batch(rows)?;
    let Some(sums) = batch.columns().get(1) else {
        return Err(Error::Bug("`top-hitters` has a value and a sum".into()));
    };
    let compare = make_comparator(sums, sums, SortOptions { descending: false, nulls_first: true }).map_err(bug)?;
    let mut heap = Heap { rows: vec![], compare: &compare };
    for row in 0..batch.num_rows() {
        heap.push(row);
    }
    while heap.rows.len() > count {
        heap.pop();
    }
    let mut kept = heap.rows;
    kept.sort_by(|left, right| compare(*right, *left).then(left.cmp(right)));
    let kept = UInt64Array::from_iter_values(kept.into_iter().map(|row| row as u64));
    take_record_batch(&batch, &kept).map_err(bug)
}

/// A binary heap with the smallest on top. The standard library's leaves others of equal ones.
struct Heap<'c> {
    rows: Vec<usize>,
    compare: &'c dyn Fn(usize, usize) -> Ordering,
}

impl Heap<'_> {
    fn is_less(&self, left: usize, right: usize) -> bool {
        match (self.rows.get(left), self.rows.get(right)) {
            (Some(left), Some(right)) => (self.compare)(*left, *right) == Ordering::Less,
            _ => false,
        }
    }

    fn push(&mut self, row: usize) {
        self.rows.push(row);
        let mut at = self.rows.len() - 1;
        while at > 0 && self.is_less(at, (at - 1) / 2) {
            self.rows.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Takes the smallest away: the last one comes to its place and sinks below those that are less, to the left of equal ones.
    fn pop(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        self.rows.swap_remove(0);
        let mut at = 0;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let least = if self.is_less(right, left) { right } else { left };
            if !self.is_less(least, at) {
                return;
            }
            self.rows.swap(at, least);
            at = least;
        }
    }
}
