//! `dcount` and `count_distinct`: how many different values has a group?
//!
//! Values are known by 64-bit hashes (numbers by a permutation of their bits, so exactly; a million texts collide with odds of one in
//! thirty million). `count_distinct` keeps every hash. `dcount` does so too while a group has few values, and is exact then; beyond that it
//! keeps a sketch. Sketch of cost: 32 bytes a group and no allocation up to three values, then 9 to 18 bytes a value.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, LargeBinaryArray, LargeBinaryBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use semantics::Type;
use std::sync::Arc;
use xxhash_rust::xxh64::xxh64;

use super::atoms::{AtomReader, Rows};
use super::is_kept;
use super::sketch::Sketch;
use crate::functions::{AggregateCall, LowerAggregate};

/// How `dcount` is computed; `filter` and `accuracy` are places of arguments.
pub(crate) const fn dcount(filter: Option<usize>) -> LowerAggregate {
    LowerAggregate::Groups {
        make: if filter.is_some() { |call| make_dcount(call, 2) } else { |call| make_dcount(call, 1) },
        state,
        columns: |_| 1,
        filter,
    }
}

/// How `count_distinct` is computed.
pub(crate) const fn count_distinct(filter: Option<usize>) -> LowerAggregate {
    LowerAggregate::Groups { make: |call| Ok(DistinctGroups::boxed(call, None)), state, columns: |_| 1, filter }
}

fn state(_: &AggregateCall) -> Vec<DataType> {
    vec![DataType::LargeBinary]
}

/// Accuracy 0 to 4 promises errors of 1.6, 0.8, 0.4, 0.28 and 0.2 %: 2^12 to 2^18 registers.
fn make_dcount(call: &AggregateCall, accuracy: usize) -> Result<Box<dyn GroupsAccumulator>> {
    let accuracy = if call.arguments.len() > accuracy { call.constant_long(accuracy) } else { Some(1) };
    let Some(precision) = accuracy.and_then(precision_of) else {
        return exec_err!("`dcount` expects an accuracy from 0 to 4");
    };
    Ok(DistinctGroups::boxed(call, Some(precision)))
}

/// The registers of an accuracy, as a power of two.
pub(super) fn precision_of(accuracy: i64) -> Option<u32> {
    [12, 14, 16, 17, 18].get(usize::try_from(accuracy).ok()?).copied()
}

/// The values of one group.
#[derive(Clone)]
enum Distinct {
    Few { count: u8, hashes: [u64; FEW] },
    Many(Box<HashTable<u64>>),
    Sketch(Box<Sketch>),
}

/// So many fit beside the tag in 32 bytes.
const FEW: usize = 3;

struct DistinctGroups {
    reader: AtomReader,
    /// 2^this registers when a group has too many values; never for an exact count.
    precision: Option<u32>,
    groups: Vec<Distinct>,
    owned_bytes: usize,
}

impl DistinctGroups {
    fn boxed(call: &AggregateCall, precision: Option<u32>) -> Box<dyn GroupsAccumulator> {
        let reader = AtomReader::new(call.types.first().copied().unwrap_or(Type::Dynamic));
        Box::new(Self { reader, precision, groups: vec![], owned_bytes: 0 })
    }

    fn resize(&mut self, total: usize) {
        self.groups.resize(total, Distinct::Few { count: 0, hashes: [0; FEW] });
    }

    /// Groups change to a sketch when the hashes would need half of its bytes.
    fn exact_max(&self) -> usize {
        self.precision.map_or(usize::MAX, |precision| (1 << precision) / 4)
    }

    fn add(&mut self, group: usize, hash: u64) {
        let exact_max = self.exact_max();
        let state = &mut self.groups[group];
        match state {
            Distinct::Few { count, hashes } => {
                let used = usize::from(*count);
                if hashes[..used].contains(&hash) {
                    return;
                }
                if used < FEW {
                    hashes[used] = hash;
                    *count += 1;
                    return;
                }
                let mut table = HashTable::with_capacity(FEW * 2);
                for known in hashes.iter().chain([&hash]) {
                    table.insert_unique(*known, *known, |hash| *hash);
                }
                self.owned_bytes += table.allocation_size() + size_of::<HashTable<u64>>();
                *state = Distinct::Many(Box::new(table));
            }
            Distinct::Many(table) => {
                let before = table.allocation_size();
                if let Entry::Vacant(entry) = table.entry(hash, |known| *known == hash, |hash| *hash) {
                    entry.insert(hash);
                }
                self.owned_bytes += table.allocation_size() - before;
                if table.len() > exact_max {
                    let mut sketch = Sketch::new(self.precision.expect("a limit comes from a precision"));
                    table.iter().for_each(|hash| sketch.add(*hash));
                    self.owned_bytes =
                        self.owned_bytes.saturating_sub(table.allocation_size()) + sketch.registers().len();
                    *state = Distinct::Sketch(Box::new(sketch));
                }
            }
            Distinct::Sketch(sketch) => sketch.add(hash),
        }
    }

    /// Makes a group a sketch that has seen what another saw.
    fn add_sketch(&mut self, group: usize, other: Sketch) {
        let state = &mut self.groups[group];
        match state {
            Distinct::Sketch(sketch) => sketch.merge(&other),
            Distinct::Few { .. } | Distinct::Many(_) => {
                let mut sketch = other;
                state.for_each(|hash| sketch.add(hash));
                self.owned_bytes += sketch.registers().len();
                *state = Distinct::Sketch(Box::new(sketch));
            }
        }
    }

    fn for_each_row(
        &mut self,
        column: &ArrayRef,
        filter: Option<&BooleanArray>,
        mut see: impl FnMut(&mut Self, usize, u64),
    ) -> Result<()> {
        let rows = self.reader.read(column)?;
        for row in 0..column.len() {
            if is_kept(filter, row)
                && let Some(hash) = hash_of(&mut self.reader, &rows, row)
            {
                see(self, row, hash);
            }
        }
        Ok(())
    }
}

/// The hash of a row's value; none for null.
pub(super) fn hash_of(reader: &mut AtomReader, rows: &Rows, row: usize) -> Option<u64> {
    let atom = reader.atom(rows, row, &mut |text| xxh64(text.as_bytes(), 0))?;
    Some(match rows {
        Rows::Texts(_) | Rows::Codes(..) => atom,
        Rows::Longs(_) | Rows::Reals(_) | Rows::Bools(_) => spread(atom),
    })
}

/// A permutation of the 64-bit numbers that spreads neighbors (the finalizer of SplitMix64).
fn spread(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Distinct {
    fn count(&self) -> u64 {
        match self {
            Self::Few { count, .. } => u64::from(*count),
            Self::Many(table) => table.len() as u64,
            Self::Sketch(sketch) => sketch.estimate(),
        }
    }

    fn for_each(&self, mut see: impl FnMut(u64)) {
        match self {
            Self::Few { count, hashes } => hashes[..usize::from(*count)].iter().for_each(|hash| see(*hash)),
            Self::Many(table) => table.iter().for_each(|hash| see(*hash)),
            Self::Sketch(_) => {}
        }
    }

    /// Hashes, eight bytes each; or registers and one byte more, which makes the length odd.
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.clear();
        self.for_each(|hash| bytes.extend(hash.to_le_bytes()));
        if let Self::Sketch(sketch) = self {
            bytes.extend(sketch.registers());
            bytes.push(0);
        }
    }
}

impl GroupsAccumulator for DistinctGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        self.for_each_row(&values[0], filter, |this, row, hash| this.add(groups[row], hash))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = emit_to.take_needed(&mut self.groups);
        Ok(Arc::new(Int64Array::from_iter_values(groups.iter().map(|group| group.count().cast_signed()))))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut builder = LargeBinaryBuilder::new();
        let mut bytes = vec![];
        for group in emit_to.take_needed(&mut self.groups) {
            group.write(&mut bytes);
            builder.append_value(&bytes);
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            let state = state.unwrap_or_default();
            let (hashes, rest) = state.as_chunks::<8>();
            match rest.is_empty() {
                true => hashes.iter().for_each(|hash| self.add(*group, u64::from_le_bytes(*hash))),
                false => match Sketch::from_registers(&state[..state.len() - 1]) {
                    Some(sketch) => self.add_sketch(*group, sketch),
                    None => return exec_err!("a state of `dcount` is broken"),
                },
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut reader = AtomReader::new(self.reader.ty());
        let rows = reader.read(&values[0])?;
        let hash = |row| if is_kept(filter, row) { hash_of(&mut reader, &rows, row) } else { None };
        let states = (0..values[0].len()).map(hash).map(|hash| hash.map(u64::to_le_bytes));
        Ok(vec![Arc::new(
            states
                .collect::<Vec<_>>()
                .iter()
                .map(|bytes| bytes.as_ref().map(<[u8; 8]>::as_slice))
                .collect::<LargeBinaryArray>(),
        )])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Distinct>() + self.owned_bytes
    }
}
