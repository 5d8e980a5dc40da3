//! Percentiles by nearest rank: the least value that at least p percent of the values do not exceed.
//!
//! All values are kept and sorted at the end, so the answer is exact where Kusto's is an estimate. Null for a group without values.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, LargeBinaryBuilder, StringViewArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use semantics::Type;
use std::sync::Arc;

use super::is_kept;
use super::log::GroupLog;
use crate::dynamic::{Elements, array_items, array_of, as_real};
use crate::functions::{AggregateCall, LowerAggregate, struct_fields};
use crate::types::reals_of;

/// What has percentiles; a dynamic as a real, the first.
pub(crate) const RANKED: &[Type] = &[Type::Real, Type::Int, Type::Long, Type::Decimal, Type::DateTime, Type::TimeSpan];

/// The type of a percentile: int becomes long, and decimal real, as the language service says.
pub(crate) fn ranked(types: &[Type]) -> Type {
    match types.first() {
        Some(Type::Int) | None => Type::Long,
        Some(Type::Decimal) => Type::Real,
        Some(ty) => *ty,
    }
}

/// Which function of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percentiles {
    /// Has it a weight after the value?
    pub is_weighted: bool,
    /// Are the percentiles one dynamic array, or a column each?
    pub is_array: bool,
}

/// How a percentile function is computed.
pub(crate) const fn percentile(form: Percentiles) -> LowerAggregate {
    let make = match (form.is_weighted, form.is_array) {
        (false, false) => |call: &_| make(call, Percentiles { is_weighted: false, is_array: false }),
        (false, true) => |call: &_| make(call, Percentiles { is_weighted: false, is_array: true }),
        (true, false) => |call: &_| make(call, Percentiles { is_weighted: true, is_array: false }),
        (true, true) => |call: &_| make(call, Percentiles { is_weighted: true, is_array: true }),
    };
    let columns = if form.is_weighted { |_: &_| 2 } else { |_: &_| 1 };
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns, filter: None }
}

fn make(call: &AggregateCall, form: Percentiles) -> Result<Box<dyn GroupsAccumulator>> {
    let mut percentiles = vec![];
    for at in 1 + usize::from(form.is_weighted)..call.arguments.len() {
        match (call.constant_real(at), call.constant(at).and_then(ScalarValue::try_as_str)) {
            (Some(percentile), _) => percentiles.push(percentile),
            (None, Some(Some(json))) => percentiles.extend(array_items(json).into_iter().flatten().filter_map(as_real)),
            (None, _) => return exec_err!("a percentile must be a constant number"),
        }
    }
    if !percentiles.iter().all(|percentile| (0.0..=100.0).contains(percentile)) {
        return exec_err!("a percentile must be from 0 to 100");
    }
    let value = ranked(&call.types);
    let outputs = call.outputs.clone();
    Ok(Box::new(PercentileGroups { form, value, outputs, percentiles, values: GroupLog::default() }))
}

struct PercentileGroups {
    form: Percentiles,
    value: Type,
    outputs: Vec<Type>,
    percentiles: Vec<f64>,
    /// A number that sorts as the value does, and its weight.
    values: GroupLog<(u64, i64)>,
}

impl PercentileGroups {
    fn read(&self, columns: &[ArrayRef]) -> Result<(Vec<Option<u64>>, Option<Int64Array>)> {
        let keys = match self.value {
            Type::Real => reals_of(&columns[0])?.iter().map(|value| value.map(key_of_real)).collect(),
            _ => {
                let longs = cast(&columns[0], &DataType::Int64)?;
                longs.as_primitive::<Int64Type>().iter().map(|value| value.map(key_of_long)).collect()
            }
        };
        let weights = match columns.get(1) {
            Some(weights) => Some(cast(weights, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            None => None,
        };
        Ok((keys, weights))
    }

    /// The key and weight of a row that counts.
    fn entry(
        keys: &[Option<u64>],
        weights: Option<&Int64Array>,
        filter: Option<&BooleanArray>,
        row: usize,
    ) -> Option<(u64, i64)> {
        let key = keys[row].filter(|_| is_kept(filter, row))?;
        match weights {
            None => Some((key, 1)),
            Some(weights) => (weights.is_valid(row) && weights.value(row) > 0).then(|| (key, weights.value(row))),
        }
    }

    /// The values' column, in the order of `keys`.
    fn values_of(&self, keys: &[Option<u64>]) -> ArrayRef {
        match self.value {
            Type::Real => Arc::new(keys.iter().map(|key| key.map(real_of_key)).collect::<Float64Array>()),
            _ => Arc::new(keys.iter().map(|key| key.map(long_of_key)).collect::<Int64Array>()),
        }
    }
}

/// The key at a percentile of sorted values.
fn at_percentile(sorted: &[(u64, i64)], percentile: f64) -> Option<u64> {
    let total: f64 = sorted.iter().map(|(_, weight)| *weight as f64).sum();
    let wanted = percentile * total / 100.0;
    let mut reached = 0.0;
    for (key, weight) in sorted {
        reached += *weight as f64;
        if reached >= wanted {
            return Some(*key);
        }
    }
    sorted.last().map(|(key, _)| *key)
}

fn key_of_long(value: i64) -> u64 {
    value.cast_unsigned() ^ SIGN
}

fn long_of_key(key: u64) -> i64 {
    (key ^ SIGN).cast_signed()
}

fn key_of_real(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn real_of_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

const SIGN: u64 = 1 << 63;

impl GroupsAccumulator for PercentileGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.values.resize(total);
        let (keys, weights) = self.read(values)?;
        for (row, group) in groups.iter().enumerate() {
            if let Some(entry) = Self::entry(&keys, weights.as_ref(), filter, row) {
                self.values.push(*group, entry);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut keys = vec![vec![]; self.percentiles.len()];
        let mut groups = self.values.take(emit_to);
        for group in &mut groups {
            group.sort_unstable();
            for (keys, percentile) in keys.iter_mut().zip(&self.percentiles) {
                keys.push(at_percentile(group, *percentile));
            }
        }
        let columns: Vec<ArrayRef> = keys.iter().map(|keys| self.values_of(keys)).collect();
        if self.form.is_array {
            let elements =
                columns.iter().map(|column| Elements::new(column, self.value)).collect::<Result<Vec<_>>>()?;
            let json = (0..groups.len()).map(|row| array_of(elements.iter().map(|column| column.json(row))));
            return Ok(Arc::new(StringViewArray::from_iter_values(json)));
        }
        match columns.as_slice() {
            [only] => Ok(Arc::clone(only)),
            _ => Ok(Arc::new(StructArray::try_new(struct_fields(&self.outputs), columns, None)?)),
        }
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut builder = LargeBinaryBuilder::new();
        let mut bytes = vec![];
        for group in self.values.take(emit_to) {
            bytes.clear();
            for (key, weight) in group {
                bytes.extend(key.to_le_bytes());
                bytes.extend(weight.to_le_bytes());
            }
            builder.append_value(&bytes);
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.values.resize(total);
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            for [key, weight] in state.unwrap_or_default().as_chunks::<8>().0.as_chunks::<2>().0 {
                self.values.push(*group, (u64::from_le_bytes(*key), i64::from_le_bytes(*weight)));
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let (keys, weights) = self.read(values)?;
        let mut builder = LargeBinaryBuilder::new();
        for row in 0..keys.len() {
            match Self::entry(&keys, weights.as_ref(), filter, row) {
                Some((key, weight)) => builder.append_value([key.to_le_bytes(), weight.to_le_bytes()].as_flattened()),
                None => builder.append_null(),
            }
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn size(&self) -> usize {
        self.values.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_values_do_and_give_them_back() {
        let reals = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 2.0, f64::INFINITY];
        assert!(reals.map(key_of_real).is_sorted());
        assert_eq!(reals.map(|value| real_of_key(key_of_real(value))), reals);
        let longs = [i64::MIN, -1, 0, 1, i64::MAX];
        assert!(longs.map(key_of_long).is_sorted());
        assert_eq!(longs.map(|value| long_of_key(key_of_long(value))), longs);
    }
}
