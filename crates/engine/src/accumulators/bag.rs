//! `make_bag`: the bags of a group merged into one; the first value of a key stays.
//!
//! In: dynamics; what is no bag adds nothing. Keys and values are kept once for all groups.

use arrow::array::{ArrayRef, AsArray, BooleanArray, LargeBinaryBuilder, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use std::collections::HashSet;
use std::sync::Arc;

use super::interner::Interner;
use super::is_kept;
use super::set::{SIZE_MAX, SIZE_OF_OLD, read_text, size_limit, write_text};
use crate::dynamic::{object_entries, object_of};
use crate::functions::{AggregateCall, LowerAggregate};

/// How `make_bag` is computed; `filter` is the place of the predicate of `make_bag_if`.
pub(crate) const fn bag(filter: Option<usize>) -> LowerAggregate {
    let make = if filter.is_some() { |call: &_| make(call, 2, SIZE_MAX) } else { |call: &_| make(call, 1, SIZE_MAX) };
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter }
}

/// How `make_dictionary` is computed.
pub(crate) const fn old_bag() -> LowerAggregate {
    let make = |call: &_| make(call, 1, SIZE_OF_OLD);
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter: None }
}

fn make(call: &AggregateCall, size: usize, default: usize) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(Box::new(BagGroups { limit: size_limit(call, size, default)?, ..BagGroups::default() }))
}

#[derive(Default)]
struct BagGroups {
    limit: usize,
    texts: Interner,
    groups: Vec<Bag>,
    entry_count: usize,
}

/// Numbers of keys and values, in the order of the keys.
#[derive(Clone, Default)]
struct Bag {
    entries: Vec<(u64, u64)>,
    keys: HashSet<u64>,
}

impl BagGroups {
    fn insert(&mut self, group: usize, key: &str, value: &str) {
        let bag = &mut self.groups[group];
        if bag.entries.len() < self.limit {
            let key = self.texts.number(key);
            if bag.keys.insert(key) {
                bag.entries.push((key, self.texts.number(value)));
                self.entry_count += 1;
            }
        }
    }
}

impl GroupsAccumulator for BagGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.groups.resize(total, Bag::default());
        let column = cast(&values[0], &DataType::Utf8View)?;
        for (row, (json, group)) in column.as_string_view().iter().zip(groups).enumerate() {
            if is_kept(filter, row)
                && let Some(entries) = json.and_then(object_entries)
            {
                entries.for_each(|(key, value)| self.insert(*group, &key, value));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::new();
        for bag in emit_to.take_needed(&mut self.groups) {
            builder.append_value(object_of(
                bag.entries.iter().map(|(key, value)| (self.texts.text(*key), self.texts.text(*value))),
            ));
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut builder = LargeBinaryBuilder::new();
        let mut bytes = vec![];
        for bag in emit_to.take_needed(&mut self.groups) {
            bytes.clear();
            for (key, value) in bag.entries {
                write_text(self.texts.text(key), &mut bytes);
                write_text(self.texts.text(value), &mut bytes);
            }
            builder.append_value(&bytes);
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.groups.resize(total, Bag::default());
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            let mut bytes = state.unwrap_or_default();
            while !bytes.is_empty() {
                let key = read_text(&mut bytes)?;
                let value = read_text(&mut bytes)?;
                self.insert(*group, key, value);
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut one = Self { limit: self.limit, ..Self::default() };
        one.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        one.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.texts.size() + self.groups.capacity() * size_of::<Bag>() + self.entry_count * 2 * size_of::<(u64, u64)>()
    }
}
