//! `make_list`: all values of a group up to a limit, in the order in which they came.
//!
//! Elements are kept as JSON in one buffer for all groups. Dynamic arrays add their elements (recorded from Kusto); nulls add nothing, or
//! `null` in `make_list_with_nulls`.

use arrow::array::{ArrayRef, AsArray, BooleanArray, LargeBinaryBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use semantics::Type;
use std::sync::Arc;

use super::is_kept;
use super::log::GroupLog;
use super::set::{read_text, size_limit, write_text};
use crate::dynamic::{Elements, array_items};
use crate::functions::{AggregateCall, LowerAggregate};

/// What a null adds to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Nothing.
    Skip,
    /// `null`.
    Keep,
}

/// How `make_list` is computed; `filter` is the place of the predicate of `make_list_if`.
pub(crate) const fn list(nulls: Nulls, filter: Option<usize>) -> LowerAggregate {
    let make = match (nulls, filter) {
        (Nulls::Keep, _) => |call: &_| make(call, Nulls::Keep, 1),
        (Nulls::Skip, None) => |call: &_| make(call, Nulls::Skip, 1),
        (Nulls::Skip, Some(_)) => |call: &_| make(call, Nulls::Skip, 2),
    };
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter }
}

fn make(call: &AggregateCall, nulls: Nulls, size: usize) -> Result<Box<dyn GroupsAccumulator>> {
    let ty = call.types.first().copied().unwrap_or(Type::Dynamic);
    Ok(Box::new(ListGroups::new(ty, nulls, size_limit(call, size)?)))
}

struct ListGroups {
    ty: Type,
    nulls: Nulls,
    limit: usize,
    text: String,
    /// Start and length of each element's JSON in `text`.
    elements: GroupLog<(usize, u32)>,
    counts: Vec<usize>,
}

impl ListGroups {
    fn new(ty: Type, nulls: Nulls, limit: usize) -> Self {
        Self { ty, nulls, limit, text: String::new(), elements: GroupLog::default(), counts: vec![] }
    }

    fn resize(&mut self, total: usize) {
        self.counts.resize(total, 0);
        self.elements.resize(total);
    }

    fn push(&mut self, group: usize, json: &str) {
        let start = self.text.len();
        self.text.push_str(json);
        self.note(group, start);
    }

    /// Makes what was written since `start` an element.
    fn note(&mut self, group: usize, start: usize) {
        if self.counts[group] < self.limit {
            self.counts[group] += 1;
            let length = u32::try_from(self.text.len() - start).expect("a value is smaller than 4 GiB");
            self.elements.push(group, (start, length));
        } else {
            self.text.truncate(start);
        }
    }

    fn add(&mut self, elements: &Elements, row: usize, group: usize) {
        if self.counts[group] >= self.limit {
            return;
        }
        if let Some(items) = elements.dynamic(row).and_then(array_items) {
            items.for_each(|item| self.push(group, item));
            return;
        }
        let start = self.text.len();
        if elements.write(row, &mut self.text) {
            self.note(group, start);
        } else if self.nulls == Nulls::Keep {
            self.push(group, "null");
        }
    }

    /// Calls back with the elements of each taken group.
    fn take(&mut self, emit_to: EmitTo, mut each: impl FnMut(&mut dyn Iterator<Item = &str>)) {
        let _ = emit_to.take_needed(&mut self.counts);
        for elements in self.elements.take(emit_to) {
            each(&mut elements.iter().map(|(start, length)| &self.text[*start..start + *length as usize]));
        }
        if matches!(emit_to, EmitTo::All) {
            self.text = String::new();
        }
    }
}

impl GroupsAccumulator for ListGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        let elements = Elements::new(&values[0], self.ty)?;
        for (row, group) in groups.iter().enumerate() {
            if is_kept(filter, row) {
                self.add(&elements, row, *group);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::new();
        let mut json = String::new();
        self.take(emit_to, |elements| {
            json.clear();
            json.push('[');
            for element in elements {
                if json.len() > 1 {
                    json.push(',');
                }
                json.push_str(element);
            }
            json.push(']');
            builder.append_value(&json);
        });
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut builder = LargeBinaryBuilder::new();
        let mut bytes = vec![];
        self.take(emit_to, |elements| {
            bytes.clear();
            elements.for_each(|element| write_text(element, &mut bytes));
            builder.append_value(&bytes);
        });
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            let mut bytes = state.unwrap_or_default();
            while !bytes.is_empty() {
                self.push(*group, read_text(&mut bytes)?);
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut one = Self::new(self.ty, self.nulls, self.limit);
        one.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        one.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.text.capacity() + self.elements.size() + self.counts.capacity() * size_of::<usize>()
    }
}
