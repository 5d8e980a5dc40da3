//! Least squares: the line that fits a series best, and the two lines that meet a change of its trend.
//!
//! The places 1, 2, 3 … are the x of the line, as the page's example shows: its line is 1.064 at the first point, and would be -1.666 before it.
//! The variance is that of a sample; the variance of what the line leaves over has the same
//! divisor, as the page's example shows (98.628 and 1.686), and r² is one less their ratio.
//!
//! Our choice, where the pages are silent: a series without variance is fitted wholly, r² = 1; the second line begins at `split_idx`, and
//! either line has two points at least.

use super::stats::{mean, variance};

/// A fitted line, and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    /// One less the share of the variance that is left over.
    pub(crate) r_square: f64,
    /// How much is added per place.
    pub(crate) slope: f64,
    /// The value one place before the first.
    pub(crate) interception: f64,
    /// The variance of the series.
    pub(crate) variance: f64,
    /// The variance of what the line leaves over.
    pub(crate) left_over: f64,
}

impl Line {
    /// The value of the line at a place of the series, the first being 0.
    pub(crate) fn at(&self, place: usize) -> f64 {
        self.interception + self.slope * (place + 1) as f64
    }

    /// The line over so many places.
    pub(crate) fn values(&self, count: usize) -> Vec<f64> {
        (0..count).map(|place| self.at(place)).collect()
    }
}

/// The line that fits best; `None` when there is no number.
pub(crate) fn fit_line(series: &[f64]) -> Option<Line> {
    if series.is_empty() {
        return None;
    }
    let (middle, height) = ((series.len() + 1) as f64 / 2.0, mean(series));
    let (mut slant, mut width) = (0.0, 0.0);
    for (place, value) in series.iter().enumerate() {
        let away = (place + 1) as f64 - middle;
        slant += away * (value - height);
        width += away * away;
    }
    let slope = if width > 0.0 { slant / width } else { 0.0 };
    let interception = height - slope * middle;
    let variance = variance(series.iter().copied(), height);
    let left_over = spread_of_rest(series, |place| interception + slope * (place + 1) as f64);
    Some(Line { r_square: r_square(variance, left_over), slope, interception, variance, left_over })
}

/// The best split into two lines: where the second begins, both lines (each with its own places), the variance of the whole and of what both
/// leave over. `None` when the series has fewer than four points.
pub(crate) fn fit_two_lines(series: &[f64]) -> Option<TwoLines> {
    if series.len() < 2 * POINTS_MIN {
        return None;
    }
    let sums = Sums::of(series);
    let count = series.len();
    let rest = |split: usize| sums.rest(0, split) + sums.rest(split, count);
    let split = (POINTS_MIN..=count - POINTS_MIN).min_by(|a, b| rest(*a).total_cmp(&rest(*b)))?;
    let (left, right) = (fit_line(series.get(..split)?)?, fit_line(series.get(split..)?)?);
    let fit: Vec<f64> = left.values(split).into_iter().chain(right.values(count - split)).collect();
    let variance = variance(series.iter().copied(), mean(series));
    let left_over = spread_of_rest(series, |place| fit.get(place).copied().unwrap_or(f64::NAN));
    Some(TwoLines { split, left, right, r_square: r_square(variance, left_over), variance, left_over, fit })
}

/// Two lines, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TwoLines {
    /// The place of the second line's first point.
    pub(crate) split: usize,
    /// The first line.
    pub(crate) left: Line,
    /// The second line; its first place is the split.
    pub(crate) right: Line,
    /// One less the share of the variance that is left over.
    pub(crate) r_square: f64,
    /// The variance of the series.
    pub(crate) variance: f64,
    /// The variance of what both lines leave over.
    pub(crate) left_over: f64,
    /// Both lines, place for place.
    pub(crate) fit: Vec<f64>,
}

/// A line through one point says nothing.
const POINTS_MIN: usize = 2;

/// Sums up to each place, from which the rest of any stretch's line is found without another pass. The series is taken around its mean, so that
/// a large level costs no digits.
struct Sums {
    /// Per place: Σy, Σxy, Σy² of what lies before it.
    before: Vec<(f64, f64, f64)>,
}

impl Sums {
    fn of(series: &[f64]) -> Self {
        let level = mean(series);
        let mut before = vec![(0.0, 0.0, 0.0)];
        let mut sums = (0.0, 0.0, 0.0);
        for (place, value) in series.iter().enumerate() {
            let (x, y) = (place as f64, value - level);
            sums = (sums.0 + y, sums.1 + x * y, sums.2 + y * y);
            before.push(sums);
        }
        Self { before }
    }

    /// The squares that the line over `start..end` leaves over.
    fn rest(&self, start: usize, end: usize) -> f64 {
        let (Some(from), Some(to)) = (self.before.get(start), self.before.get(end)) else { return f64::INFINITY };
        let count = (end - start) as f64;
        let (y, xy, yy) = (to.0 - from.0, to.1 - from.1, to.2 - from.2);
        // Around the middle of the stretch, Σ(x-m)² is n(n²-1)/12.
        let middle = (start + end - 1) as f64 / 2.0;
        let width = count * (count * count - 1.0) / 12.0;
        let slant = xy - middle * y;
        yy - y * y / count - if width > 0.0 { slant * slant / width } else { 0.0 }
    }
}

fn spread_of_rest(series: &[f64], fit: impl Fn(usize) -> f64) -> f64 {
    variance(series.iter().enumerate().map(|(place, value)| value - fit(place)), 0.0)
}

pub(super) fn r_square(variance: f64, left_over: f64) -> f64 {
    if variance > 0.0 { 1.0 - left_over / variance } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two exact lines, 0 2 4 6 and 9 8 7 6: the break is between them, and nothing is left over.
    #[test]
    fn two_lines_break_where_the_trend_does() {
        let found = fit_two_lines(&[0.0, 2.0, 4.0, 6.0, 9.0, 8.0, 7.0, 6.0]).expect("eight points are enough");
        assert_eq!(found.split, 4);
        assert_eq!((found.left.slope, found.right.slope, found.right.interception), (2.0, -1.0, 10.0));
        assert!(found.left_over < 1e-12, "{}", found.left_over);
    }

    #[test]
    fn few_points_have_no_two_lines() {
        assert!(fit_two_lines(&[1.0, 2.0, 3.0]).is_none());
        assert!(fit_line(&[]).is_none());
        assert_eq!(fit_line(&[4.0]).map(|line| (line.slope, line.interception)), Some((0.0, 4.0)));
    }
}
