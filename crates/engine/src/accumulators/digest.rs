//! `tdigest`: values with their weights, to be merged and asked for percentiles and ranks later.
//!
//! In: values, or digests. Out: `[[7],[values],[weights]]`, the outline that Kusto's pages show, in ascending order. All different values are kept while
//! they are at most [`VALUES_MAX`], so that percentiles are exact where Kusto's are estimates; beyond that neighbors share their weight.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::GroupsAccumulator;
use semantics::Type;
use semantics::time::{format_datetime, format_timespan};

use super::sketches::{Mergeable, load_states, merge_states, save_states, sketch_state};
use super::{Fold, Folding};
use crate::dynamic::{Elements, Kind, array_items, array_of, as_real, as_ticks, kind, quoted, real_json};
use crate::functions::{AggregateCall, Args, LowerAggregate};
use crate::types::reals_of;

/// As many different values as a digest keeps apart.
const VALUES_MAX: usize = 1 << 14;

/// A value that has an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ranked {
    /// int, long.
    Long(i64),
    /// real.
    Real(f64),
    /// datetime, in ticks.
    DateTime(i64),
    /// timespan, in ticks.
    TimeSpan(i64),
}

impl Ranked {
    /// Reads an element; `None` for what has no order among these.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        match kind(json) {
            Kind::Whole => json.parse().ok().map(Self::Long),
            Kind::Real => as_real(json).map(Self::Real),
            Kind::String => as_ticks(json, Type::TimeSpan)
                .map(Self::TimeSpan)
                .or_else(|| as_ticks(json, Type::DateTime).map(Self::DateTime))
                .or_else(|| as_real(json).map(Self::Real)),
            Kind::Null | Kind::Bool | Kind::Array | Kind::Bag => None,
        }
    }

    /// Writes it as an element.
    pub(crate) fn json(self) -> String {
        match self {
            Self::Long(value) => value.to_string(),
            Self::Real(value) => real_json(value),
            Self::DateTime(ticks) => quoted(&format_datetime(ticks)),
            Self::TimeSpan(ticks) => quoted(&format_timespan(ticks)),
        }
    }

    /// The order of two values; numbers compare by value, times by ticks.
    pub(crate) fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Long(left), Self::Long(right))
            | (Self::DateTime(left), Self::DateTime(right))
            | (Self::TimeSpan(left), Self::TimeSpan(right)) => left.cmp(&right),
            _ => self.number().total_cmp(&other.number()),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Long(value) | Self::DateTime(value) | Self::TimeSpan(value) => value as f64,
            Self::Real(value) => value,
        }
    }
}

/// Values and how often each was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Digest {
    values: Vec<(Ranked, i64)>,
    /// So many at the front are in order, each once.
    sorted: usize,
}

impl Digest {
    fn add(&mut self, value: Ranked, weight: i64) {
        self.values.push((value, weight));
        // Sorting twice as many each time costs little per value.
        if self.values.len() >= 2 * self.sorted.max(VALUES_MAX) {
            self.settle();
        }
    }

    /// Puts the values into order, each once; too many share their weight with a neighbor.
    fn settle(&mut self) {
        if self.sorted == self.values.len() && self.values.len() <= VALUES_MAX {
            return;
        }
        self.values.sort_by(|left, right| left.0.order(right.0));
        self.values.dedup_by(|next, kept| {
            let is_same = next.0.order(kept.0).is_eq();
            if is_same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            is_same
        });
        while self.values.len() > VALUES_MAX {
            let pairs = self.values.chunks(2).map(|pair| {
                let heaviest = pair.iter().max_by_key(|(_, weight)| *weight).map_or(pair[0].0, |(value, _)| *value);
                (heaviest, pair.iter().fold(0_i64, |sum, (_, weight)| sum.saturating_add(*weight)))
            });
            self.values = pairs.collect();
        }
        self.sorted = self.values.len();
    }

    /// The values in order, each with its weight.
    fn settled(&self) -> Self {
        let mut settled = self.clone();
        settled.settle();
        settled
    }

    /// The least value that so many percent do not exceed.
    pub(crate) fn percentile(&self, percent: f64) -> Option<Ranked> {
        let wanted = percent * self.total() / 100.0;
        let mut reached = 0.0;
        for (value, weight) in &self.values {
            reached += *weight as f64;
            if reached >= wanted {
                return Some(*value);
            }
        }
        self.values.last().map(|(value, _)| *value)
    }

    /// How much weight a value and those below it have.
    pub(crate) fn rank(&self, value: Ranked) -> f64 {
        let below = self.values.iter().take_while(|(known, _)| known.order(value).is_le());
        below.map(|(_, weight)| *weight as f64).sum()
    }

    /// The weight of all.
    pub(crate) fn total(&self) -> f64 {
        self.values.iter().map(|(_, weight)| *weight as f64).sum()
    }
}

/// What the functions answer that place a value in a digest; null when one of them is none.
pub(crate) fn place_in_digest(args: &Args, answer: impl Fn(&Digest, Ranked) -> f64) -> Result<ArrayRef> {
    let digest = args.json(0)?;
    let value = ranked_elements(&args.array(1)?, args.ty(1))?;
    args.make_reals(|row| Some(answer(&Digest::parse(digest.get(row)?)?, Ranked::parse(&value.json(row))?)))
}

/// A decimal is ranked as the nearest real: its text would be read as a timespan.
fn ranked_elements(column: &ArrayRef, ty: Type) -> Result<Elements> {
    match ty {
        Type::Decimal => Elements::new(&(Arc::new(reals_of(column)?) as ArrayRef), Type::Real),
        _ => Elements::new(column, ty),
    }
}

impl Mergeable for Digest {
    fn parse(json: &str) -> Option<Self> {
        let parts: Vec<&str> = array_items(json)?.collect();
        let [FORM, values, weights] = parts.as_slice() else { return None };
        let values: Vec<Ranked> = array_items(values)?.map(Ranked::parse).collect::<Option<_>>()?;
        let weights: Vec<i64> =
            array_items(weights)?.map(|weight| weight.parse().ok().filter(|w| *w > 0)).collect::<Option<_>>()?;
        if values.len() != weights.len() {
            return None;
        }
        let mut digest = Self { values: values.into_iter().zip(weights).collect(), sorted: 0 };
        digest.settle();
        Some(digest)
    }

    fn merge(&mut self, other: &Self) {
        other.values.iter().for_each(|(value, weight)| self.add(*value, *weight));
        self.settle();
    }

    fn json(&self) -> String {
        let settled = self.settled();
        let values = array_of(settled.values.iter().map(|(value, _)| value.json()));
        let weights = array_of(settled.values.iter().map(|(_, weight)| weight.to_string()));
        array_of([FORM, &values, &weights])
    }
}

/// What Kusto's own digests begin with.
const FORM: &str = "[7]";

/// How `tdigest` is computed: over values, and weights when there are.
pub(crate) const fn digest() -> LowerAggregate {
    LowerAggregate::Groups { make, state: |_| sketch_state(), columns: |call| call.arguments.len(), filter: None }
}

fn make(call: &AggregateCall) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(Folding::boxed(Digesting { ty: call.types.first().copied().unwrap_or(Type::Dynamic) }))
}

struct Digesting {
    ty: Type,
}

impl Fold for Digesting {
    type State = Option<Digest>;
    type Input = (Elements, Option<Int64Array>);

    fn read(&self, columns: &[ArrayRef]) -> Result<Self::Input> {
        let weights = match columns.get(1) {
            Some(weights) => Some(cast(weights, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            None => None,
        };
        Ok((ranked_elements(&columns[0], self.ty)?, weights))
    }

    fn add(&self, state: &mut Option<Digest>, (values, weights): &Self::Input, row: usize) {
        let value = match values {
            Elements::DateTimes(ticks) => ticks.is_valid(row).then(|| Ranked::DateTime(ticks.value(row))),
            Elements::TimeSpans(ticks) => ticks.is_valid(row).then(|| Ranked::TimeSpan(ticks.value(row))),
            Elements::Longs(longs) => longs.is_valid(row).then(|| Ranked::Long(longs.value(row))),
            Elements::Reals(reals) => reals.is_valid(row).then(|| Ranked::Real(reals.value(row))),
            other => Ranked::parse(&other.json(row)),
        };
        let weight = weights.as_ref().map_or(1, |weights| if weights.is_valid(row) { weights.value(row) } else { 0 });
        if let Some(value) = value
            && weight > 0
        {
            state.get_or_insert_default().add(value, weight);
        }
    }

    fn merge(&self, state: &mut Option<Digest>, other: &Option<Digest>) {
        merge_states(state, other);
    }

    fn save(&self, states: &[Option<Digest>]) -> Vec<ArrayRef> {
        vec![save_states(states)]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<Digest>>> {
        load_states(columns)
    }

    fn finish(&self, states: Vec<Option<Digest>>) -> Result<ArrayRef> {
        Ok(save_states(&states))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred thousand values leave at most so many, of the same weight, and a median within one part in a thousand.
    #[test]
    fn many_values_share_their_weight() {
        let mut digest = Digest::default();
        (0..100_000_i64).for_each(|value| digest.add(Ranked::Long(value * 7919 % 100_000), 1));
        digest.settle();
        assert!(digest.values.len() <= VALUES_MAX);
        assert_eq!(digest.total(), 100_000.0);
        let median = digest.percentile(50.0);
        let is_near = matches!(median, Some(Ranked::Long(median)) if (median - 50_000).abs() < 100);
        assert!(is_near, "{median:?}");
        assert_eq!(Digest::parse(&digest.json()), Some(digest));
    }
}
