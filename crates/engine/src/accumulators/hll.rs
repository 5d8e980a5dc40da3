//! `hll`: about how many different values were seen, to be merged and counted later.
//!
//! In: values, or sketches. Out: `[[precision],"…"]`, in base64 the hashes of the values while they are few, then the registers of HyperLogLog. So
//! few values are counted exactly. Sketches of different accuracy do not merge: the second is left out, and the scalar functions are null.

use std::collections::BTreeSet;

use arrow::array::ArrayRef;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::GroupsAccumulator;
use semantics::Type;

use super::atoms::AtomReader;
use super::distinct::{hash_of, precision_of};
use super::sketch::Sketch;
use super::sketches::{Mergeable, load_states, merge_states, save_states, sketch_state};
use super::{Fold, Folding};
use crate::dynamic::{array_items, array_of, quoted, unquote};
use crate::functions::{AggregateCall, LowerAggregate};

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hll {
    /// 2^this registers.
    precision: u32,
    seen: Seen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Hashes(BTreeSet<u64>),
    Registers(Sketch),
}

impl Hll {
    fn new(precision: u32) -> Self {
        Self { precision, seen: Seen::Hashes(BTreeSet::new()) }
    }

    /// About how many different values.
    pub(crate) fn count(&self) -> u64 {
        match &self.seen {
            Seen::Hashes(hashes) => hashes.len() as u64,
            Seen::Registers(sketch) => sketch.estimate(),
        }
    }

    /// Do both have the same accuracy, so that they merge?
    pub(crate) fn fits(&self, other: &Self) -> bool {
        self.precision == other.precision
    }

    /// About how many different values all of these have in common. While each still knows its hashes they are counted exactly; otherwise they
    /// follow from what some have together: |A ∩ B| = |A| + |B| - |A ∪ B|, and so on for more. All must fit.
    pub(crate) fn count_shared(sketches: &[Self]) -> u64 {
        let Some((first, others)) = sketches.split_first() else { return 0 };
        let hashes = |sketch: &Self| match &sketch.seen {
            Seen::Hashes(hashes) => Some(hashes.clone()),
            Seen::Registers(_) => None,
        };
        let exact = others.iter().try_fold(hashes(first), |shared, other| {
            let (shared, own) = (shared?, hashes(other)?);
            Some(Some(shared.intersection(&own).copied().collect()))
        });
        match exact.flatten() {
            Some(shared) => shared.len() as u64,
            None => alternating(sketches, &Self::new(first.precision), -1.0).max(0.0).round() as u64,
        }
    }

    fn add(&mut self, hash: u64) {
        match &mut self.seen {
            Seen::Registers(sketch) => sketch.add(hash),
            Seen::Hashes(hashes) => {
                hashes.insert(hash);
                // Hashes would then take half the bytes of the registers.
                if hashes.len() > (1 << self.precision) / 16 {
                    let mut sketch = Sketch::new(self.precision);
                    hashes.iter().for_each(|hash| sketch.add(*hash));
                    self.seen = Seen::Registers(sketch);
                }
            }
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match &self.seen {
            Seen::Hashes(hashes) => hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect(),
            Seen::Registers(sketch) => sketch.registers().to_vec(),
        }
    }
}

/// The sizes of the unions of this one with some of the others, those of an odd number of sketches minus those of an even one.
fn alternating(others: &[Hll], union: &Hll, sign: f64) -> f64 {
    let Some((next, rest)) = others.split_first() else { return sign * union.count() as f64 };
    let mut wider = union.clone();
    wider.merge(next);
    alternating(rest, union, sign) + alternating(rest, &wider, -sign)
}

impl Mergeable for Hll {
    fn parse(json: &str) -> Option<Self> {
        let mut parts = array_items(json)?;
        let precision: u32 = array_items(parts.next()?)?.next()?.parse().ok()?;
        let bytes = STANDARD_NO_PAD.decode(unquote(parts.next()?)?.as_bytes()).ok()?;
        if !PRECISIONS.contains(&precision) {
            return None;
        }
        let mut found = Self::new(precision);
        if bytes.len() == 1 << precision {
            // A register counts zeros of the bits that are not its number.
            let is_sound = bytes.iter().all(|register| u32::from(*register) <= 65 - precision);
            found.seen = Seen::Registers(Sketch::from_registers(&bytes).filter(|_| is_sound)?);
            return Some(found);
        }
        let (hashes, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return None;
        }
        hashes.iter().for_each(|hash| found.add(u64::from_le_bytes(*hash)));
        Some(found)
    }

    fn merge(&mut self, other: &Self) {
        if !self.fits(other) {
            return;
        }
        match (&mut self.seen, &other.seen) {
            (_, Seen::Hashes(hashes)) => hashes.iter().for_each(|hash| self.add(*hash)),
            (Seen::Registers(sketch), Seen::Registers(theirs)) => sketch.merge(theirs),
            (Seen::Hashes(hashes), Seen::Registers(theirs)) => {
                let mut sketch = theirs.clone();
                hashes.iter().for_each(|hash| sketch.add(*hash));
                self.seen = Seen::Registers(sketch);
            }
        }
    }

    fn json(&self) -> String {
        let text = STANDARD_NO_PAD.encode(self.bytes());
        array_of([array_of([self.precision.to_string()]), quoted(&text)])
    }
}

/// Those that `dcount` has.
const PRECISIONS: std::ops::RangeInclusive<u32> = 12..=18;

/// What is counted: the language service refuses reals and bools.
pub(crate) const COUNTED: &[Type] =
    &[Type::String, Type::Long, Type::Int, Type::DateTime, Type::TimeSpan, Type::Guid, Type::Dynamic];

/// How `hll` is computed; `filter` is the place of the predicate of `hll_if`.
pub(crate) const fn hll(filter: Option<usize>) -> LowerAggregate {
    let make = if filter.is_some() { |call: &_| make(call, 2) } else { |call: &_| make(call, 1) };
    LowerAggregate::Groups { make, state: |_| sketch_state(), columns: |_| 1, filter }
}

fn make(call: &AggregateCall, accuracy: usize) -> Result<Box<dyn GroupsAccumulator>> {
    let accuracy = if call.arguments.len() > accuracy { call.constant_long(accuracy) } else { Some(1) };
    let Some(precision) = accuracy.and_then(precision_of) else {
        return exec_err!("`hll` expects an accuracy from 0 to 4");
    };
    Ok(Folding::boxed(Seeing { ty: call.types.first().copied().unwrap_or(Type::Dynamic), precision }))
}

struct Seeing {
    ty: Type,
    precision: u32,
}

impl Fold for Seeing {
    type State = Option<Hll>;
    type Input = Vec<Option<u64>>;

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Option<u64>>> {
        let mut reader = AtomReader::new(self.ty);
        let rows = reader.read(&columns[0])?;
        Ok((0..columns[0].len()).map(|row| hash_of(&mut reader, &rows, row)).collect())
    }

    fn add(&self, state: &mut Option<Hll>, input: &Vec<Option<u64>>, row: usize) {
        if let Some(hash) = input[row] {
            state.get_or_insert_with(|| Hll::new(self.precision)).add(hash);
        }
    }

    fn merge(&self, state: &mut Option<Hll>, other: &Option<Hll>) {
        merge_states(state, other);
    }

    fn save(&self, states: &[Option<Hll>]) -> Vec<ArrayRef> {
        vec![save_states(states)]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<Hll>>> {
        load_states(columns)
    }

    /// A group without values has no sketch, as the page of `summarize` shows.
    fn finish(&self, states: Vec<Option<Hll>>) -> Result<ArrayRef> {
        Ok(save_states(&states))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh64::xxh64;

    /// Merging two sketches is seeing both, as hashes and as registers and across both; and JSON gives each back.
    #[test]
    fn merging_is_seeing_both() {
        for (left, right) in [(0..10_u64, 5..20_u64), (0..10, 0..5000), (0..5000, 3..10), (0..5000, 2500..9000)] {
            let see = |range: std::ops::Range<u64>| {
                let mut hll = Hll::new(14);
                range.for_each(|value| hll.add(xxh64(&value.to_le_bytes(), 0)));
                hll
            };
            let mut merged = see(left.clone());
            merged.merge(&see(right.clone()));
            let mut both = see(left);
            right.for_each(|value| both.add(xxh64(&value.to_le_bytes(), 0)));
            assert_eq!(merged, both);
            assert_eq!(Hll::parse(&merged.json()).as_ref(), Some(&merged));
        }
    }

    #[test]
    fn what_is_no_sketch_is_none() {
        for json in ["null", "[]", "[[14]]", "[[14],\"!\"]", "[[99],\"\"]", "[[14],\"AA\"]", "{}"] {
            assert!(Hll::parse(json).is_none(), "{json}");
        }
    }
}
