//! Smallest, greatest, mean and spread of a series.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::numbers::series_of;
use crate::functions::Args;

/// What `series_stats` tells of a series that has a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stats {
    /// The smallest number.
    pub(crate) min: f64,
    /// Its first place.
    pub(crate) min_place: usize,
    /// The greatest number.
    pub(crate) max: f64,
    /// Its first place.
    pub(crate) max_place: usize,
    /// The mean.
    pub(crate) mean: f64,
    /// The variance of a sample; 0 of a single number, as the aggregate `variance` has it.
    pub(crate) variance: f64,
    /// The sum.
    pub(crate) sum: f64,
}

/// What `series_stats` and `series_stats_dynamic` answer: the statistics of a call's series and its length, as one of them writes them. A
/// series with gaps is null, unless the second argument passes them over.
pub(crate) fn stats_by_row(args: &Args, write: impl Fn(&Stats, usize) -> String) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let ignores = if args.len() > 1 { args.bools(1)?.get(0).unwrap_or(false) } else { false };
    args.make_json(|row| {
        let series = series_of(series.get(row)?)?;
        if !ignores && series.contains(&None) {
            return None;
        }
        Some(write(&stats(&series)?, series.len()))
    })
}

/// The statistics of the numbers; gaps are passed over, and places count them. `None` when there is no number.
fn stats(series: &[Option<f64>]) -> Option<Stats> {
    let numbers = || series.iter().enumerate().filter_map(|(place, value)| Some((place, (*value)?)));
    let (first_place, first) = numbers().next()?;
    let mut found = Stats {
        min: first,
        min_place: first_place,
        max: first,
        max_place: first_place,
        mean: 0.0,
        variance: 0.0,
        sum: 0.0,
    };
    let mut count = 0.0;
    for (place, value) in numbers() {
        if value < found.min {
            (found.min, found.min_place) = (value, place);
        }
        if value > found.max {
            (found.max, found.max_place) = (value, place);
        }
        found.sum += value;
        count += 1.0;
    }
    found.mean = found.sum / count;
    found.variance = variance(numbers().map(|(_, value)| value), found.mean);
    Some(found)
}

/// The variance of a sample around its mean; 0 of a single number.
pub(super) fn variance(values: impl Iterator<Item = f64>, mean: f64) -> f64 {
    let (count, squares) =
        values.fold((0.0, 0.0), |(count, squares), value| (count + 1.0, squares + (value - mean).powi(2)));
    if count > 1.0 { squares / (count - 1.0) } else { 0.0 }
}

/// The mean; NaN of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The median: between the two in the middle when their number is even; NaN of nothing.
pub(super) fn median(values: &mut [f64]) -> f64 {
    percentile_of_sorted(
        {
            values.sort_by(f64::total_cmp);
            values
        },
        50.0,
    )
}

/// The value that so many percent lie below, between its neighbors in proportion; NaN of nothing.
pub(super) fn percentile_of_sorted(sorted: &[f64], percent: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = percent / 100.0 * last as f64;
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * (at - at.floor()),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between two neighbors lies the mean of both; the fourth of five steps is the fourth value.
    #[test]
    fn percentiles_lie_between_their_neighbors() {
        assert_eq!(percentile_of_sorted(&[1.0, 2.0, 4.0, 8.0], 50.0), 3.0);
        assert_eq!(percentile_of_sorted(&[1.0, 2.0, 4.0, 8.0, 16.0], 75.0), 8.0);
        assert!(percentile_of_sorted(&[], 50.0).is_nan());
        assert_eq!(median(&mut [5.0, 1.0, 3.0]), 3.0);
    }
}
