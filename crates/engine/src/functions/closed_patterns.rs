//! Finds the patterns that are frequent enough and closed: no further attribute has one value in all rows of the pattern.
//!
//! That only closed patterns are told is what Kusto's page of `basket` shows: each count of its example stands once, with all values that the
//! counted rows share. What a pattern implies is no dimension of its own, so a bound on *uncorrelated* dimensions counts the values that were
//! asked for and not those that followed. Work: kinds of rows / 64 × frequent values, for each pattern and each value that could extend it.

use std::collections::BTreeMap;

use datafusion::common::Result;

use super::segments::{Attributes, Pattern, Weights};
use crate::error::mistake;

/// Patterns of one answer.
const PATTERNS_MAX: usize = 100_000;
/// Words of 64 rows that one search looks at.
const WORDS_MAX: usize = 4_000_000_000;
/// Words of 64 rows that are kept.
const KEPT_MAX: usize = 64_000_000;

/// One bit for each kind of row.
type Cover = Vec<u64>;

/// A value that enough rows have.
struct Item {
    attribute: usize,
    value: usize,
    cover: Cover,
}

/// The search, as far as it came.
struct Search<'a> {
    attributes: &'a Attributes,
    items: Vec<Item>,
    is_frequent: &'a dyn Fn(Weights) -> bool,
    found: BTreeMap<Pattern, Weights>,
    words: usize,
}

/// The closed patterns of so many dimensions at most whose rows are enough, in the order of their values. What is enough must stay enough when
/// there are more rows.
pub(crate) fn closed_patterns(
    attributes: &Attributes,
    is_frequent: &dyn Fn(Weights) -> bool,
    dimensions_max: usize,
) -> Result<Vec<(Pattern, Weights)>> {
    let items = items(attributes, is_frequent)?;
    let mut search = Search { attributes, items, is_frequent, found: BTreeMap::new(), words: 0 };
    let all: Cover = cover(attributes.kinds.len(), 0..attributes.kinds.len());
    search.grow(&all, 0, dimensions_max)?;
    Ok(search.found.into_iter().collect())
}

/// The values that are frequent, by attribute.
fn items(attributes: &Attributes, is_frequent: &dyn Fn(Weights) -> bool) -> Result<Vec<Item>> {
    let mut items = vec![];
    for attribute in 0..attributes.width() {
        let mut weights: BTreeMap<usize, (Weights, Vec<usize>)> = BTreeMap::new();
        for (kind, (values, weight)) in attributes.kinds.iter().zip(&attributes.weights).enumerate() {
            let Some(value) = values.get(attribute) else { continue };
            let (sum, kinds) = weights.entry(*value).or_default();
            *sum = [sum[0] + weight[0], sum[1] + weight[1]];
            kinds.push(kind);
        }
        for (value, (weight, kinds)) in weights {
            if is_frequent(weight) {
                if (items.len() + 1).saturating_mul(attributes.kinds.len().div_ceil(64)) > KEPT_MAX {
                    return mistake(
                        "too many values are frequent in too many rows; fewer columns or a higher threshold are needed"
                            .to_owned(),
                    );
                }
                items.push(Item { attribute, value, cover: cover(attributes.kinds.len(), kinds) });
            }
        }
    }
    Ok(items)
}

impl Search<'_> {
    /// Takes note of the pattern of these rows, and of those with one of the later values more.
    fn grow(&mut self, rows: &Cover, from: usize, dimensions: usize) -> Result<()> {
        let pattern = self.closed(rows);
        if pattern.iter().any(Option::is_some) && !self.found.contains_key(&pattern) {
            let weight = self.weight(rows);
            self.found.insert(pattern.clone(), weight);
        }
        self.words += 2 * self.items.len() * rows.len();
        if self.found.len() > PATTERNS_MAX || self.words > WORDS_MAX {
            return mistake("there are too many patterns; fewer columns or a higher threshold are needed".to_owned());
        }
        if dimensions == 0 {
            return Ok(());
        }
        for next in from..self.items.len() {
            let Some(item) = self.items.get(next) else { break };
            // What all rows have is in the pattern already, and no row has two values.
            if pattern.get(item.attribute).copied().flatten().is_some() {
                continue;
            }
            let fewer: Cover = rows.iter().zip(&item.cover).map(|(a, b)| a & b).collect();
            if (self.is_frequent)(self.weight(&fewer)) {
                self.grow(&fewer, next + 1, dimensions - 1)?;
            }
        }
        Ok(())
    }

    /// All values that these rows share.
    fn closed(&self, rows: &Cover) -> Pattern {
        let mut pattern = vec![None; self.attributes.width()];
        for item in &self.items {
            let shares = rows.iter().zip(&item.cover).all(|(rows, own)| rows & !own == 0);
            if let Some(place) = pattern.get_mut(item.attribute).filter(|_| shares) {
                *place = Some(item.value);
            }
        }
        pattern
    }

    fn weight(&self, rows: &Cover) -> Weights {
        let mut sum = [0.0; 2];
        for (word, bits) in rows.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let kind = word * 64 + bits.trailing_zeros() as usize;
                if let Some(weight) = self.attributes.weights.get(kind) {
                    sum = [sum[0] + weight[0], sum[1] + weight[1]];
                }
                bits &= bits - 1;
            }
        }
        sum
    }
}

fn cover(count: usize, kinds: impl IntoIterator<Item = usize>) -> Cover {
    let mut cover = vec![0; count.div_ceil(64)];
    for kind in kinds {
        if let Some(word) = cover.get_mut(kind / 64) {
            *word |= 1 << (kind % 64);
        }
    }
    cover
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::functions::segments::is_met;

    /// Kinds of three attributes with three values, as a small generator throws them.
    fn thrown(mut state: u64, count: usize) -> Attributes {
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as usize
        };
        let kinds: BTreeSet<Vec<usize>> = (0..count).map(|_| vec![next(3), next(3), next(2)]).collect();
        let weights = kinds.iter().map(|_| [next(4) as f64 + 1.0, next(3) as f64]).collect();
        Attributes::of_kinds(kinds.into_iter().collect(), weights, 3)
    }

    /// The long way: every pattern of so many set values, closed by looking at all its rows.
    fn the_long_way(attributes: &Attributes, least: f64, dimensions: usize) -> Vec<(Pattern, Weights)> {
        let mut found = BTreeMap::new();
        for number in 0..4_usize.pow(3) {
            let asked: Pattern = (0..3).map(|at| (number / 4_usize.pow(at) % 4).checked_sub(1)).collect();
            let rows: Vec<usize> =
                (0..attributes.kinds.len()).filter(|kind| is_met(&asked, &attributes.kinds[*kind])).collect();
            let weight = rows.iter().fold([0.0; 2], |[a, b], kind| {
                let own = attributes.weights[*kind];
                [a + own[0], b + own[1]]
            });
            if asked.iter().flatten().count() > dimensions || rows.is_empty() || weight[0] < least {
                continue;
            }
            let shared = |at: usize| {
                let first = attributes.kinds[rows[0]][at];
                rows.iter().all(|kind| attributes.kinds[*kind][at] == first).then_some(first)
            };
            let closed: Pattern = (0..3).map(shared).collect();
            if closed.iter().any(Option::is_some) {
                found.insert(closed, weight);
            }
        }
        found.into_iter().collect()
    }

    #[test]
    fn the_search_finds_what_the_long_way_finds() {
        for seed in 0..200 {
            let attributes = thrown(seed, 1 + seed as usize % 20);
            for (least, dimensions) in [(1.0, 3), (3.0, 3), (6.0, 2), (1.0, 1)] {
                let found =
                    closed_patterns(&attributes, &|[weight, _]| weight >= least, dimensions).expect("few patterns");
                assert_eq!(found, the_long_way(&attributes, least, dimensions), "{seed} {least} {dimensions}");
            }
        }
    }

    #[test]
    fn more_patterns_than_anybody_reads_are_refused() {
        let kinds: Vec<Vec<usize>> = (0..1 << 11).map(|row| (0..11).map(|at| row >> at & 1).collect()).collect();
        let weights = vec![[1.0, 0.0]; kinds.len()];
        let attributes = Attributes::of_kinds(kinds, weights, 2);
        let refused =
            closed_patterns(&attributes, &|[weight, _]| weight >= 1.0, usize::MAX).expect_err("3^11 patterns");
        assert!(refused.to_string().contains("there are too many patterns"), "{refused}");
    }
}
