//! Which periods does a series have, and how sure is that?
//!
//! Microsoft publishes no algorithm, only its bounds (from 4 points to half of the series) and two examples with their scores. What is built is the
//! usual one: frequencies whose power stands out of noise are candidates; each climbs to the nearest hill of the autocorrelation, whose
//! place is the period. The score is the autocorrelation at one period or two, whichever is less: a pattern that comes once more is no period
//! yet. This gives the examples' periods and scores (14 points with 0.84, and 0 for 10 points).

use super::fourier::powers;
use super::stats::mean;

/// The shortest period that can be told.
pub(crate) const POINTS_MIN: usize = 4;

/// How seldom noise alone may pass for a period: once in twenty series.
const NOISE_MAX: f64 = 0.05;

/// A period and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Period {
    /// Its length in points.
    pub(crate) points: usize,
    /// From 0 to 1.
    pub(crate) score: f64,
}

/// The periods of a series between two lengths, the surest first.
pub(crate) fn detect_periods(series: &[f64], least: f64, most: f64) -> Vec<Period> {
    let correlation = Correlation::of(series);
    if correlation.is_flat() {
        return vec![];
    }
    let powers = powers(series);
    let total: f64 = powers.iter().sum();
    let count = powers.len().saturating_sub(1);
    // The power of noise in one frequency exceeds t times the mean with the probability e^-t.
    let threshold = total / count as f64 * -(1.0 - (1.0 - NOISE_MAX).powf(1.0 / count as f64)).ln();
    let length = series.len() as f64;
    let mut found: Vec<Period> = vec![];
    for (cycles, power) in powers.iter().enumerate().skip(2) {
        if *power < threshold {
            continue;
        }
        let start = (length / cycles as f64).round() as usize;
        let (nearest, farthest) = (length / (cycles + 1) as f64, length / (cycles - 1) as f64);
        let points = correlation.climb(start, nearest.floor() as usize, farthest.ceil() as usize);
        let is_asked_for = least <= points as f64 && points as f64 <= most;
        if is_asked_for && !found.iter().any(|period| period.points == points) {
            let score = correlation.score(points);
            if score > 0.0 {
                found.push(Period { points, score });
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.points.cmp(&b.points)));
    found
}

/// How sure is it that a series has this period?
pub(crate) fn score_period(series: &[f64], points: f64) -> f64 {
    if !(POINTS_MIN as f64..=series.len() as f64 / 2.0).contains(&points) {
        return 0.0;
    }
    Correlation::of(series).score(points.round() as usize)
}

/// A series around its mean, to be compared with itself some places later.
struct Correlation {
    around: Vec<f64>,
    /// Its variance.
    power: f64,
}

impl Correlation {
    fn of(series: &[f64]) -> Self {
        let level = mean(series);
        let around: Vec<f64> = series.iter().map(|value| value - level).collect();
        let power = around.iter().map(|value| value * value).sum::<f64>() / around.len() as f64;
        Self { around, power }
    }

    /// Has it no variance, or no numbers?
    fn is_flat(&self) -> bool {
        self.power.is_nan() || self.power <= 0.0
    }

    /// The autocorrelation at a distance, each pair counting the same; 0 where there are no pairs.
    fn at(&self, distance: usize) -> f64 {
        let Some(later) = self.around.get(distance..).filter(|later| !later.is_empty()) else { return 0.0 };
        if self.is_flat() {
            return 0.0;
        }
        let products: f64 = self.around.iter().zip(later).map(|(a, b)| a * b).sum();
        products / later.len() as f64 / self.power
    }

    fn score(&self, points: usize) -> f64 {
        let is_possible = points >= POINTS_MIN && 2 * points <= self.around.len();
        if is_possible { self.at(points).min(self.at(2 * points)).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Climbs from a distance to the top of the hill, within bounds.
    fn climb(&self, start: usize, least: usize, most: usize) -> usize {
        let mut place = start;
        let mut height = self.at(place);
        loop {
            let neighbors = [place.checked_sub(1), place.checked_add(1)];
            let higher = neighbors
                .into_iter()
                .flatten()
                .filter(|next| (least..=most).contains(next))
                .map(|next| (next, self.at(next)))
                .filter(|(_, next)| *next > height)
                .max_by(|a, b| a.1.total_cmp(&b.1));
            match higher {
                Some((next, next_height)) => (place, height) = (next, next_height),
                None => return place,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three copies of five points: the period is five, and two later it is there again.
    #[test]
    fn what_repeats_is_a_period() {
        let series: Vec<f64> = [8.0, 12.0, 14.0, 12.0, 10.0].repeat(4);
        let found = detect_periods(&series, 4.0, 10.0);
        assert_eq!(found.first().map(|period| period.points), Some(5));
        assert!(score_period(&series, 5.0) > 0.8);
        assert_eq!(score_period(&series, 3.0), 0.0, "shorter than four points");
        assert_eq!(score_period(&series, 11.0), 0.0, "longer than half");
    }

    #[test]
    fn a_flat_series_has_no_period() {
        assert_eq!(detect_periods(&[3.0; 20], 4.0, 10.0), vec![]);
        assert_eq!(score_period(&[3.0; 20], 5.0), 0.0);
        assert_eq!(detect_periods(&[], 4.0, 10.0), vec![]);
    }
}
