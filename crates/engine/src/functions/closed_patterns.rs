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
