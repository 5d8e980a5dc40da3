//! `make_list`: all values of a group up to a limit, in the order of the input when it has one, else in that in which they came.
//!
//! Elements are kept as JSON in one buffer for all groups. Dynamic arrays add their elements (recorded from Kusto); nulls add nothing, or
//! `null` in `make_list_with_nulls`.

use arrow::array::{ArrayRef, AsArray, BooleanArray, LargeBinaryBuilder, StringViewBuilder};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use semantics::Type;
use std::sync::Arc;

use super::is_kept;
use super::log::GroupLog;
use super::set::{SIZE_MAX, SIZE_OF_OLD, read_text, size_limit, write_text};
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
        (Nulls::Keep, _) => |call: &_| make(call, Nulls::Keep, 1, SIZE_MAX),
        (Nulls::Skip, None) => |call: &_| make(call, Nulls::Skip, 1, SIZE_MAX),
        (Nulls::Skip, Some(_)) => |call: &_| make(call, Nulls::Skip, 2, SIZE_MAX),
    };
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter }
}

/// How `makelist` is computed.
pub(crate) const fn old_list() -> LowerAggregate {
    let make = |call: &_| make(call, Nulls::Skip, 1, SIZE_OF_OLD);
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter: None }
}

fn make(call: &AggregateCall, nulls: Nulls, size: usize, default: usize) -> Result<Box<dyn GroupsAccumulator>> {
    let ty = call.types.first().copied().unwrap_or(Type::Dynamic);
    Ok(Box::new(ListGroups::new(ty, nulls, size_limit(call, size, default)?, call.place.is_some())))
}

struct ListGroups {
    ty: Type,
    nulls: Nulls,
    limit: usize,
    /// Do rows come with their place, and elements go out in the order of places?
    is_placed: bool,
    text: String,
    elements: GroupLog<Element>,
    counts: Vec<usize>,
}

/// An element's JSON in the text of all elements.
#[derive(Debug, Clone, Copy)]
struct Element {
    place: i64,
    start: usize,
    length: u32,
}

impl ListGroups {
    fn new(ty: Type, nulls: Nulls, limit: usize, is_placed: bool) -> Self {
        Self { ty, nulls, limit, is_placed, text: String::new(), elements: GroupLog::default(), counts: vec![] }
    }

    fn resize(&mut self, total: usize) {
        self.counts.resize(total, 0);
        self.elements.resize(total);
    }

    /// Has the group all elements that it may have? With places, an earlier one may still come.
    fn is_full(&self, group: usize) -> bool {
        !self.is_placed && self.counts[group] >= self.limit
    }

    fn push(&mut self, group: usize, place: i64, json: &str) {
        let start = self.text.len();
        self.text.push_str(json);
        self.note(group, place, start);
    }

    /// Makes what was written since `start` an element.
    fn note(&mut self, group: usize, place: i64, start: usize) {
        if self.is_full(group) {
            self.text.truncate(start);
            return;
        }
        self.counts[group] += 1;
        let length = u32::try_from(self.text.len() - start).expect("a value is smaller than 4 GiB");
        self.elements.push(group, Element { place, start, length });
    }

    fn add(&mut self, elements: &Elements, row: usize, place: i64, group: usize) {
        if self.is_full(group) {
            return;
        }
        if let Some(items) = elements.dynamic(row).and_then(array_items) {
            items.for_each(|item| self.push(group, place, item));
            return;
        }
        let start = self.text.len();
        if elements.write(row, &mut self.text) {
            self.note(group, place, start);
        } else if self.nulls == Nulls::Keep {
            self.push(group, place, "null");
        }
    }

    /// Calls back with the elements of each taken group.
    fn take(&mut self, emit_to: EmitTo, mut each: impl FnMut(&mut dyn Iterator<Item = (i64, &str)>)) {
        let _ = emit_to.take_needed(&mut self.counts);
        for mut elements in self.elements.take(emit_to) {
            if self.is_placed {
                // Elements of one array share a place and stay in their order.
                elements.sort_by_key(|element| element.place);
            }
            let text = |element: &Element| &self.text[element.start..element.start + element.length as usize];
            each(&mut elements.iter().take(self.limit).map(|element| (element.place, text(element))));
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
        let places = values.get(1).map(|places| places.as_primitive::<Int64Type>().values());
        for (row, group) in groups.iter().enumerate() {
            if is_kept(filter, row) {
                self.add(&elements, row, places.map_or(0, |places| places[row]), *group);
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
            for (_, element) in elements {
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
            for (place, element) in elements {
                bytes.extend(place.to_le_bytes());
                write_text(element, &mut bytes);
            }
            builder.append_value(&bytes);
        });
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            let mut bytes = state.unwrap_or_default();
            while let Some((place, rest)) = bytes.split_first_chunk::<8>() {
                bytes = rest;
                self.push(*group, i64::from_le_bytes(*place), read_text(&mut bytes)?);
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut one = Self::new(self.ty, self.nulls, self.limit, self.is_placed);
        one.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        one.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.text.capacity() + self.elements.size() + self.counts.capacity() * size_of::<usize>()
    }
}
