//! What `basket`, `autocluster` and `diffpatterns` share: rows as attributes of few values, and patterns over them as rows again.
//!
//! In: the rows of a plugin. Out: the kinds of rows that there are, each once and with its weight; and for patterns their columns, where a
//! wildcard stands for what a pattern leaves open. It knows nothing of which patterns are worth showing. Null and empty are values as others
//! are: Kusto's pages give them as the reason to choose another wildcard.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::compute::interleave;
use datafusion::common::{Result, exec_err};
use semantics::plugin::{PluginAccepts, PluginCall, PluginParameter, beside, takes};
use semantics::types::Type;
use semantics::{Column, Schema, Value};

use super::plugins::{Given, Groups, Made, array_of};
use crate::error::mistake;
use crate::rows::value;
use crate::types::absent_array;

/// The parameter that names the weight of a row.
pub(crate) const WEIGHT: PluginParameter =
    takes("WeightColumn", PluginAccepts::Column(&[Type::Int, Type::Long, Type::Real])).or_tilde();
/// The parameter that names the least share of rows.
pub(crate) const THRESHOLD: PluginParameter = takes("Threshold", PluginAccepts::Constant(&[Type::Real])).or_tilde();
/// The parameter that bounds the dimensions of a pattern.
pub(crate) const DIMENSIONS: PluginParameter =
    takes("MaxDimensions", PluginAccepts::Constant(&[Type::Long, Type::Int])).or_tilde();
/// The parameters that say what stands for any value of their type.
pub(crate) const WILDCARD: PluginParameter =
    takes("CustomWildcard", PluginAccepts::Constant(&[])).or_tilde().repeated();

/// The shares that a threshold may be, and the one that it is when nothing is said: as documented.
const THRESHOLDS: std::ops::RangeInclusive<f64> = 0.015..=1.0;
const THRESHOLD_DEFAULT: f64 = 0.05;

/// For each attribute the number of the value that it must have.
pub(crate) type Pattern = Vec<Option<usize>>;

/// How much the rows weigh, in one set or in each of two.
pub(crate) type Weights = [f64; 2];

/// Rows by their attributes.
#[derive(Debug)]
pub(crate) struct Attributes {
    /// For each kind of row the number of each attribute's value, in the order of the values.
    pub kinds: Vec<Vec<usize>>,
    /// How much the rows of each kind weigh; every kind weighs something.
    pub weights: Vec<Weights>,
    /// The columns that are shown, and which attribute each is.
    shown: Vec<(usize, Option<usize>)>,
    /// For each attribute and value a row that has it.
    examples: Vec<Vec<usize>>,
}

/// These columns, then those of the input without one.
pub(crate) fn columns(call: &PluginCall<'_>, measures: &[(&str, Type)], hidden: Option<usize>) -> Schema {
    let measures: Schema = measures.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    let input = call.input().into_iter().enumerate().filter(|(at, _)| Some(*at) != hidden).map(|(_, column)| column);
    let input = beside(&measures, &input.collect());
    measures.into_iter().chain(input).collect()
}

/// The least share of rows that was asked for.
pub(crate) fn threshold(given: &Given<'_>) -> Result<f64> {
    match given.constant("Threshold") {
        None => Ok(THRESHOLD_DEFAULT),
        Some(_) => match given.real("Threshold").filter(|share| THRESHOLDS.contains(share)) {
            Some(share) => Ok(share),
            None => mistake(format!("Threshold of `{}` must be from 0.015 to 1", given.name)),
        },
    }
}

/// A count that was asked for and is 1 at least, or this one.
pub(crate) fn count_or(given: &Given<'_>, parameter: &str, default: usize) -> Result<usize> {
    match given.constant(parameter) {
        None => Ok(default),
        Some(_) => match usize::try_from(given.whole(parameter)?) {
            Ok(count) if count > 0 => Ok(count),
            _ => mistake(format!("{parameter} of `{}` must be 1 at least", given.name)),
        },
    }
}

/// The weight of each row; what is null, negative or no number weighs nothing.
pub(crate) fn row_weights(given: &Given<'_>) -> Result<Vec<f64>> {
    if given.places("WeightColumn").is_empty() {
        return Ok(vec![1.0; given.row_count()]);
    }
    let (ty, array) = given.column(0, "WeightColumn")?;
    let weight = |row| match value(&array, ty, row) {
        Value::Int(weight) => f64::from(weight),
        Value::Long(weight) => weight as f64,
        Value::Real(weight) => weight,
        _ => 0.0,
    };
    Ok((0..array.len()).map(weight).map(|weight| if weight > 0.0 { weight } else { 0.0 }).collect())
}

impl Attributes {
    /// The kinds of rows with these weights; all columns but the weight are attributes, those that are hidden are not even shown.
    pub(crate) fn of(given: &Given<'_>, hidden: &[usize], weight: impl Fn(usize) -> Weights) -> Result<Self> {
        let weighing = given.places("WeightColumn");
        let places = (0..given.schemas.first().map_or(0, Vec::len)).filter(|place| !hidden.contains(place));
        let (mut shown, mut columns): (Vec<(usize, Option<usize>)>, Vec<ArrayRef>) = (vec![], vec![]);
        for place in places {
            if weighing.contains(&place) {
                shown.push((place, None));
                continue;
            }
            shown.push((place, Some(columns.len())));
            columns.push(given.at(0, place)?.1);
        }
        let rows = given.row_count();
        let kinds = Groups::by(&columns, rows)?;
        let values = columns.iter().map(|column| Groups::by(std::slice::from_ref(column), rows));
        let values = values.collect::<Result<Vec<_>>>()?;
        let mut weights: Vec<Weights> = vec![[0.0; 2]; kinds.len()];
        for (row, kind) in kinds.of_row.iter().enumerate() {
            if let Some(sum) = weights.get_mut(*kind) {
                let [a, b] = weight(row);
                *sum = [sum[0] + a, sum[1] + b];
            }
        }
        let numbers = |row: &usize| values.iter().map(|value| value.of_row.get(*row).copied().unwrap_or(0)).collect();
        let all = kinds.first.iter().map(numbers).zip(weights);
        let (kinds, weights) = all.filter(|(_, weight)| *weight != [0.0; 2]).unzip();
        let examples = values.into_iter().map(|value| value.first).collect();
        Ok(Self { kinds, weights, shown, examples })
    }

    /// Kinds that a test makes up, with values below a number.
    #[cfg(test)]
    pub(crate) fn of_kinds(kinds: Vec<Vec<usize>>, weights: Vec<Weights>, values: usize) -> Self {
        let width = kinds.first().map_or(0, Vec::len);
        Self { kinds, weights, shown: vec![], examples: vec![vec![0; values]; width] }
    }

    /// How many attributes there are.
    pub(crate) fn width(&self) -> usize {
        self.examples.len()
    }

    /// How much all rows weigh.
    pub(crate) fn total(&self) -> Weights {
        self.weights.iter().fold([0.0; 2], |[a, b], own| [a + own[0], b + own[1]])
    }

    /// Patterns as rows: their numbers in order, their measures, and the values that they ask for.
    pub(crate) fn made(&self, given: &Given<'_>, patterns: &[&Pattern], measures: Vec<ArrayRef>) -> Result<Made> {
        let numbers: ArrayRef = std::sync::Arc::new(Int64Array::from_iter_values((0..).take(patterns.len())));
        let mut columns = vec![numbers];
        columns.extend(measures);
        let mut wildcards: BTreeMap<&'static str, &Value> = BTreeMap::new();
        for wildcard in given.constants("CustomWildcard") {
            wildcards.entry(wildcard.ty().name()).or_insert(wildcard);
        }
        for (place, attribute) in &self.shown {
            let (ty, array) = given.at(0, *place)?;
            let wildcard = match wildcards.get(ty.name()) {
                Some(wildcard) => array_of(ty, [(*wildcard).clone()])?,
                None => absent_array(ty, 1),
            };
            let example = |pattern: &&Pattern| {
                let attribute = (*attribute)?;
                let value = pattern.get(attribute).copied().flatten()?;
                self.examples.get(attribute)?.get(value).copied()
            };
            let cells: Vec<(usize, usize)> =
                patterns.iter().map(|pattern| example(pattern).map_or((1, 0), |row| (0, row))).collect();
            columns.push(interleave(&[array.as_ref(), wildcard.as_ref()], &cells)?);
        }
        if columns.len() != given.schema.len() {
            return exec_err!("`{}` makes other columns than it said", given.name);
        }
        Ok(Made::of(given.schema, columns, patterns.len()))
    }
}

/// Does a kind of row have what a pattern asks for?
pub(crate) fn is_met(pattern: &Pattern, kind: &[usize]) -> bool {
    pattern.iter().zip(kind).all(|(wanted, own)| wanted.is_none_or(|wanted| wanted == *own))
}

/// How many attributes a pattern sets.
pub(crate) fn set_count(pattern: &Pattern) -> usize {
    pattern.iter().flatten().count()
}

/// Weights as counts: whole numbers, what is behind the point cut off.
pub(crate) fn counts(weights: impl Iterator<Item = f64>) -> ArrayRef {
    std::sync::Arc::new(Int64Array::from_iter_values(weights.map(|weight| weight as i64)))
}

/// Parts of a whole as percentages, with as many digits behind the point as Kusto's pages show.
pub(crate) fn percents(shares: impl Iterator<Item = f64>, digits: i32) -> ArrayRef {
    let scale = 10_f64.powi(digits);
    std::sync::Arc::new(Float64Array::from_iter_values(shares.map(|share| (share * 100.0 * scale).round() / scale)))
}
