//! Aggregates whose state is a few numbers of fixed size: one vector of states, one pass over the rows.
//!
//! In: a batch's arguments with a group per row. Out: per group, the folded state as Arrow columns, or its final value.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

/// How one aggregate folds rows into a state.
pub(crate) trait Fold: Send + Sync + 'static {
    /// What a group keeps; its default is the state of no rows.
    type State: Clone + Default + Send;
    /// A batch's arguments, read once.
    type Input;

    /// Reads a batch's arguments.
    fn read(&self, columns: &[ArrayRef]) -> Result<Self::Input>;

    /// Folds a row in. A row whose argument is null changes nothing.
    fn add(&self, state: &mut Self::State, input: &Self::Input, row: usize);

    /// Folds another state in.
    fn merge(&self, state: &mut Self::State, other: &Self::State);

    /// States as columns, one row per state.
    fn save(&self, states: &[Self::State]) -> Vec<ArrayRef>;

    /// The states that `save` wrote.
    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Self::State>>;

    /// The answer of each state.
    fn finish(&self, states: Vec<Self::State>) -> Result<ArrayRef>;
}

/// The states of all groups.
pub(crate) struct Folding<F: Fold> {
    fold: F,
    states: Vec<F::State>,
}

impl<F: Fold> Folding<F> {
    /// An accumulator without groups.
    pub(crate) fn boxed(fold: F) -> Box<dyn GroupsAccumulator> {
        Box::new(Self { fold, states: vec![] })
    }
}

/// Does the aggregate's filter keep this row?
pub(crate) fn is_kept(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl<F: Fold> GroupsAccumulator for Folding<F> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.states.resize(total, F::State::default());
        let input = self.fold.read(values)?;
        for (row, group) in groups.iter().enumerate() {
            if is_kept(filter, row) {
                self.fold.add(&mut self.states[*group], &input, row);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = emit_to.take_needed(&mut self.states);
        self.fold.finish(states)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let states = emit_to.take_needed(&mut self.states);
        Ok(self.fold.save(&states))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.states.resize(total, F::State::default());
        for (other, group) in self.fold.load(values)?.iter().zip(groups) {
            self.fold.merge(&mut self.states[*group], other);
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut states = vec![F::State::default(); rows];
        let input = self.fold.read(values)?;
        for (row, state) in states.iter_mut().enumerate() {
            if is_kept(filter, row) {
                self.fold.add(state, &input, row);
            }
        }
        Ok(self.fold.save(&states))
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<F::State>()
    }
}
