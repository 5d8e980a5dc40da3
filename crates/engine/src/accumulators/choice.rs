//! `arg_max`, `arg_min` and `take_any`: one row of each group, chosen by a key; all its columns come out.
//!
//! The chosen rows of each batch are copied out at once, so no batch stays in memory for one row of it; copies that lost their place are
//! dropped when they are more than the groups. The first of equal keys stays. A row with a null key is chosen only while there is no other.
//! `take_any` prefers the row with the fewest nulls and empty texts.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringViewArray, StructArray, UInt32Array,
};
use arrow::compute::{cast, interleave, take};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use semantics::Type;
use std::sync::Arc;

use super::{is_kept, refuse_dynamic};
use crate::functions::{AggregateCall, LowerAggregate, struct_fields};
use crate::types::{absent_array, arrow_type};

/// Which row of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// With the greatest first argument.
    Max,
    /// With the least first argument.
    Min,
    /// Any; the fullest.
    Any,
}

/// How the aggregate is computed; `filter` is the place of a predicate, after the only column.
pub(crate) const fn choice(which: Choice, filter: Option<usize>) -> LowerAggregate {
    let make = match which {
        Choice::Max => |call: &_| refuse_dynamic(call).map(|()| ChoiceGroups::boxed(call, Choice::Max)),
        Choice::Min => |call: &_| refuse_dynamic(call).map(|()| ChoiceGroups::boxed(call, Choice::Min)),
        Choice::Any => |call: &_| Ok(ChoiceGroups::boxed(call, Choice::Any)),
    };
    let columns = if filter.is_some() { |_: &_| 1 } else { |call: &AggregateCall| call.arguments.len() };
    LowerAggregate::Groups { make, state, columns, filter }
}

/// A state is the chosen row, and whether there is one.
fn state(call: &AggregateCall) -> Vec<DataType> {
    column_types(call).map(arrow_type).chain([DataType::Boolean]).collect()
}

fn column_types(call: &AggregateCall) -> impl Iterator<Item = Type> {
    call.types.iter().copied().take(call.outputs.len())
}

struct ChoiceGroups {
    which: Choice,
    types: Vec<Type>,
    groups: Vec<Chosen>,
    /// Copied rows; the first batch is one row of absent values.
    kept: Vec<Vec<ArrayRef>>,
    kept_rows: usize,
    kept_bytes: usize,
}

/// Texts that sort as the decimals do: the numbers that stand for them, counted from the least and all of one length.
fn sorting_texts(column: &ArrayRef) -> StringViewArray {
    let text = |code: i128| format!("{:032x}", code.cast_unsigned() ^ (1 << 127));
    column.as_primitive::<Decimal128Type>().iter().map(|code| code.map(text)).collect()
}

/// The chosen row of a group.
#[derive(Clone)]
struct Chosen {
    key: Key,
    /// Which of `kept`; `CURRENT` while its batch is being read.
    batch: u32,
    row: u32,
}

const CURRENT: u32 = u32::MAX;

/// Keys of one column are of one variant, but for the first two.
#[derive(Clone, PartialEq)]
enum Key {
    Nothing,
    Null,
    Whole(i64),
    Text(Box<str>),
}

/// The keys of a batch.
enum Keys {
    Whole(Int64Array),
    Real(Float64Array),
    Bool(BooleanArray),
    Text(StringViewArray),
    /// How many columns of the row hold something.
    Fullness(Vec<i64>),
}

impl ChoiceGroups {
    fn boxed(call: &AggregateCall, which: Choice) -> Box<dyn GroupsAccumulator> {
        let types: Vec<Type> = column_types(call).collect();
        let nothing = types.iter().map(|ty| absent_array(*ty, 1)).collect();
        Box::new(Self { which, types, groups: vec![], kept: vec![nothing], kept_rows: 1, kept_bytes: 0 })
    }

    fn keys(&self, values: &[ArrayRef]) -> Result<Keys> {
        if self.which == Choice::Any {
            return fullness(values, &self.types).map(Keys::Fullness);
        }
        Ok(match self.types.first() {
            Some(Type::Real) => Keys::Real(cast(&values[0], &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
            Some(Type::Bool) => Keys::Bool(cast(&values[0], &DataType::Boolean)?.as_boolean().clone()),
            Some(Type::Decimal) => Keys::Text(sorting_texts(&values[0])),
            Some(Type::String | Type::Guid | Type::Dynamic) => {
                Keys::Text(cast(&values[0], &DataType::Utf8View)?.as_string_view().clone())
            }
            _ => Keys::Whole(cast(&values[0], &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        })
    }

    /// Is the row's key better than the group's?
    fn is_better(&self, keys: &Keys, row: usize, old: &Key) -> bool {
        let whole = |new: i64| match old {
            Key::Nothing | Key::Null => true,
            Key::Whole(old) if self.which == Choice::Min => new < *old,
            Key::Whole(old) => new > *old,
            Key::Text(_) => false,
        };
        match (keys, old) {
            (Keys::Text(array), Key::Text(old)) if array.is_valid(row) => match self.which {
                Choice::Min => array.value(row) < old.as_ref(),
                Choice::Max | Choice::Any => array.value(row) > old.as_ref(),
            },
            (Keys::Text(array), _) if array.is_valid(row) => true,
            _ => match self.whole(keys, row) {
                Some(new) => whole(new),
                None => *old == Key::Nothing,
            },
        }
    }

    /// A number that sorts as the key does. NaN is chosen before every number.
    fn whole(&self, keys: &Keys, row: usize) -> Option<i64> {
        match keys {
            Keys::Whole(array) => array.is_valid(row).then(|| array.value(row)),
            Keys::Real(array) if array.is_null(row) => None,
            Keys::Real(array) if array.value(row).is_nan() => {
                Some(if self.which == Choice::Min { i64::MIN } else { i64::MAX })
            }
            Keys::Real(array) => {
                let bits = (array.value(row) + 0.0).to_bits().cast_signed();
                Some(if bits < 0 { bits ^ i64::MAX } else { bits })
            }
            Keys::Bool(array) => array.is_valid(row).then(|| i64::from(array.value(row))),
            Keys::Fullness(counts) => Some(counts[row]),
            Keys::Text(_) => None,
        }
    }

    fn key(&self, keys: &Keys, row: usize) -> Key {
        match keys {
            Keys::Text(array) if array.is_valid(row) => Key::Text(array.value(row).into()),
            _ => self.whole(keys, row).map_or(Key::Null, Key::Whole),
        }
    }

    /// Are all these groups content with what they have? Then the batch need not be looked at.
    fn is_settled(&self, groups: &[usize]) -> bool {
        let full = Key::Whole(self.types.len() as i64);
        self.which == Choice::Any && groups.iter().all(|group| self.groups[*group].key == full)
    }

    fn choose(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.groups.resize(total, Chosen { key: Key::Nothing, batch: 0, row: 0 });
        if self.is_settled(groups) {
            return Ok(());
        }
        let keys = self.keys(values)?;
        let mut changed = vec![];
        for (row, group) in groups.iter().enumerate() {
            if is_kept(filter, row) && self.is_better(&keys, row, &self.groups[*group].key) {
                let key = self.key(&keys, row);
                let before =
                    std::mem::replace(&mut self.groups[*group], Chosen { key, batch: CURRENT, row: row as u32 });
                if before.batch != CURRENT {
                    changed.push(*group);
                }
            }
        }
        self.keep(values, &changed)
    }

    /// Copies the rows that the changed groups chose in this batch.
    fn keep(&mut self, values: &[ArrayRef], changed: &[usize]) -> Result<()> {
        if changed.is_empty() {
            return Ok(());
        }
        let batch = u32::try_from(self.kept.len()).expect("batches are merged long before");
        let rows: UInt32Array = changed.iter().map(|group| self.groups[*group].row).collect();
        for (place, group) in changed.iter().enumerate() {
            let chosen = &mut self.groups[*group];
            (chosen.batch, chosen.row) = (batch, place as u32);
        }
        let columns = values
            .iter()
            .zip(&self.types)
            .map(|(column, ty)| owned(&cast(&take(column, &rows, None)?, &arrow_type(*ty))?));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        self.kept_rows += changed.len();
        self.kept_bytes += columns.iter().map(|column| column.get_array_memory_size()).sum::<usize>();
        self.kept.push(columns);
        if self.kept_rows > 2 * self.groups.len() + SLACK_ROWS {
            self.compact()?;
        }
        Ok(())
    }

    fn compact(&mut self) -> Result<()> {
        let columns = self.gather(&self.groups)?;
        self.kept_bytes = columns.iter().map(|column| column.get_array_memory_size()).sum();
        self.kept_rows = self.groups.len() + 1;
        self.kept.truncate(1);
        self.kept.push(columns);
        for (row, chosen) in self.groups.iter_mut().enumerate() {
            (chosen.batch, chosen.row) = (1, row as u32);
        }
        Ok(())
    }

    fn gather(&self, groups: &[Chosen]) -> Result<Vec<ArrayRef>> {
        let places: Vec<(usize, usize)> =
            groups.iter().map(|chosen| (chosen.batch as usize, chosen.row as usize)).collect();
        let column = |at: usize| {
            let batches: Vec<&dyn Array> = self.kept.iter().map(|columns| columns[at].as_ref()).collect();
            owned(&interleave(&batches, &places)?)
        };
        (0..self.types.len()).map(column).collect()
    }
}

/// So many copies that lost their place may stay before they are worth dropping.
const SLACK_ROWS: usize = 1 << 16;

/// The array without the bytes of rows that it does not show.
fn owned(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.as_string_view_opt() {
        Some(texts) => Arc::new(texts.gc()),
        None => Arc::clone(array),
    })
}

fn fullness(values: &[ArrayRef], types: &[Type]) -> Result<Vec<i64>> {
    let mut counts = vec![0; values.first().map_or(0, |column| column.len())];
    for (column, ty) in values.iter().zip(types) {
        if *ty == Type::String {
            let texts = cast(column, &DataType::Utf8View)?;
            let texts = texts.as_string_view().iter();
            counts
                .iter_mut()
                .zip(texts)
                .for_each(|(count, text)| *count += i64::from(text.is_some_and(|text| !text.is_empty())));
        } else {
            let nulls = column.logical_nulls();
            let is_valid = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            counts.iter_mut().enumerate().for_each(|(row, count)| *count += i64::from(is_valid(row)));
        }
    }
    Ok(counts)
}

impl GroupsAccumulator for ChoiceGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.choose(values, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = emit_to.take_needed(&mut self.groups);
        let columns = self.gather(&groups)?;
        match columns.as_slice() {
            [only] => Ok(Arc::clone(only)),
            _ => Ok(Arc::new(StructArray::try_new(struct_fields(&self.types), columns, None)?)),
        }
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = emit_to.take_needed(&mut self.groups);
        let mut columns = self.gather(&groups)?;
        let has_row: BooleanArray = groups.iter().map(|chosen| Some(chosen.key != Key::Nothing)).collect();
        columns.push(Arc::new(has_row));
        Ok(columns)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        let Some((has_row, values)) = values.split_last() else { return Ok(()) };
        self.choose(values, groups, Some(has_row.as_boolean()), total)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let columns = values.iter().zip(&self.types).map(|(column, ty)| Ok(cast(column, &arrow_type(*ty))?));
        let mut columns = columns.collect::<Result<Vec<_>>>()?;
        let rows = values.first().map_or(0, |column| column.len());
        let has_row = filter.cloned().unwrap_or_else(|| BooleanArray::from(vec![true; rows]));
        columns.push(Arc::new(has_row));
        Ok(columns)
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Chosen>() + self.kept_bytes
    }
}
