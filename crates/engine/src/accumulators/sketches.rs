//! Aggregates whose values are kept as dynamics and merge later: `hll`, `tdigest`.
//!
//! In: per group, values or sketches made before. Out: a sketch as JSON. How Kusto writes its sketches is not documented and may change, say its
//! pages, so these are our own; the functions that read them are beside them.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::functions::LowerAggregate;

/// What is kept of many values, and merges with what is kept of others.
pub(crate) trait Mergeable: Clone + Send + Sync + Sized + 'static {
    /// Reads one from JSON; `None` when it is none.
    fn parse(json: &str) -> Option<Self>;

    /// Takes in another.
    fn merge(&mut self, other: &Self);

    /// Writes it as JSON.
    fn json(&self) -> String;
}

/// The state of every aggregate of this kind: the sketch as text.
pub(crate) fn sketch_state() -> Vec<DataType> {
    vec![DataType::Utf8View]
}

/// An aggregate that merges sketches: `hll_merge`, `tdigest_merge`.
pub(crate) const fn merging<T: Mergeable>() -> LowerAggregate {
    LowerAggregate::Groups {
        make: |_| Ok(Folding::boxed(Merging::<T>(PhantomData))),
        state: |_| sketch_state(),
        columns: |_| 1,
        filter: None,
    }
}

struct Merging<T>(PhantomData<T>);

impl<T: Mergeable> Fold for Merging<T> {
    type State = Option<T>;
    type Input = StringViewArray;

    fn read(&self, columns: &[ArrayRef]) -> Result<StringViewArray> {
        Ok(cast(&columns[0], &DataType::Utf8View)?.as_string_view().clone())
    }

    fn add(&self, state: &mut Option<T>, input: &StringViewArray, row: usize) {
        if input.is_valid(row) {
            merge_states(state, &T::parse(input.value(row)));
        }
    }

    fn merge(&self, state: &mut Option<T>, other: &Option<T>) {
        merge_states(state, other);
    }

    fn save(&self, states: &[Option<T>]) -> Vec<ArrayRef> {
        vec![save_states(states)]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<T>>> {
        load_states(columns)
    }

    fn finish(&self, states: Vec<Option<T>>) -> Result<ArrayRef> {
        Ok(save_states(&states))
    }
}

/// Merges one state into another; a group without values has none.
pub(super) fn merge_states<T: Mergeable>(state: &mut Option<T>, other: &Option<T>) {
    match (state.as_mut(), other) {
        (Some(state), Some(other)) => state.merge(other),
        (None, Some(other)) => *state = Some(other.clone()),
        (_, None) => {}
    }
}

/// Sketches as a column; null for a group without values.
pub(super) fn save_states<T: Mergeable>(states: &[Option<T>]) -> ArrayRef {
    let mut builder = StringViewBuilder::with_capacity(states.len());
    for state in states {
        builder.append_option(state.as_ref().map(Mergeable::json));
    }
    Arc::new(builder.finish())
}

/// The sketches that `save_states` wrote.
pub(super) fn load_states<T: Mergeable>(columns: &[ArrayRef]) -> Result<Vec<Option<T>>> {
    let texts = cast(&columns[0], &DataType::Utf8View)?;
    Ok(texts.as_string_view().iter().map(|text| T::parse(text?)).collect())
}
