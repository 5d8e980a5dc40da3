//! A series as season + trend + rest, and what stands out of the rest.
//!
//! In the order that the page of `series_decompose` gives: the season is the median of the points of one phase; the trend is the mean of what the
//! season leaves over, or the line through it; both are the baseline, and the rest is the residual. Points at the end may be left out of the
//! learning, and have a baseline all the same.
//!
//! A season that is to be found is found as `periods` does, with the score that is asked for at least.

use super::line::fit_line;
use super::outliers::{Fence, outlier_scores};
use super::periods::{POINTS_MIN, detect_periods};
use super::stats::{mean, median};

/// What the trend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trend {
    /// The mean.
    Average,
    /// The line that fits best.
    Line,
    /// Nothing.
    None,
}

impl Trend {
    /// The trend of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "avg" => Some(Self::Average),
            "linefit" => Some(Self::Line),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// How a series is taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Options {
    /// The period in points; negative to find one, 0 for none.
    pub(crate) period: i64,
    /// What the trend is.
    pub(crate) trend: Trend,
    /// How many points at the end are not learned from.
    pub(crate) test_points: usize,
    /// The least score of a period that is found.
    pub(crate) score_min: f64,
}

/// The parts of a series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decomposition {
    /// Season and trend.
    pub(crate) baseline: Vec<f64>,
    /// The median of each phase.
    pub(crate) seasonal: Vec<f64>,
    /// The trend of what the season leaves over.
    pub(crate) trend: Vec<f64>,
    /// What the baseline leaves over.
    pub(crate) residual: Vec<f64>,
}

/// Takes a series apart.
pub(crate) fn decompose(series: &[f64], options: Options) -> Decomposition {
    let count = series.len();
    let learned = series.get(..count.saturating_sub(options.test_points)).unwrap_or_default();
    let period = match options.period {
        ..0 => surest_period(learned, options.score_min),
        given => usize::try_from(given).unwrap_or(0),
    };
    let seasonal = season(learned, period, count);
    let rest: Vec<f64> = learned.iter().zip(&seasonal).map(|(value, season)| value - season).collect();
    let trend = match options.trend {
        Trend::None => vec![0.0; count],
        Trend::Average if rest.is_empty() => vec![0.0; count],
        Trend::Average => vec![mean(&rest); count],
        Trend::Line => fit_line(&rest).map_or_else(|| vec![0.0; count], |line| line.values(count)),
    };
    let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(season, trend)| season + trend).collect();
    let residual = series.iter().zip(&baseline).map(|(value, baseline)| value - baseline).collect();
    Decomposition { baseline, seasonal, trend, residual }
}

/// The season alone: of a period that is given, or found when it is negative.
pub(crate) fn seasonal(series: &[f64], period: i64, score_min: f64) -> Vec<f64> {
    let period = if period < 0 { surest_period(series, score_min) } else { usize::try_from(period).unwrap_or(0) };
    season(series, period, series.len())
}

/// Flags and scores of the points that stand out: 1 above, -1 below, 0 within the threshold.
pub(crate) fn detect_anomalies(parts: &Decomposition, threshold: f64, fence: Fence) -> (Vec<i64>, Vec<f64>) {
    let residual: Vec<Option<f64>> = parts.residual.iter().copied().map(Some).collect();
    let scores = outlier_scores(&residual, fence);
    let flag = |score: &f64| if *score > threshold { 1 } else { -i64::from(*score < -threshold) };
    (scores.iter().map(flag).collect(), scores)
}

fn surest_period(series: &[f64], score_min: f64) -> usize {
    let surest = detect_periods(series, POINTS_MIN as f64, series.len() as f64 / 2.0).into_iter().next();
    surest.filter(|period| period.score >= score_min).map_or(0, |period| period.points)
}

/// The median of each phase, over so many points; zeros without a period.
fn season(series: &[f64], period: usize, count: usize) -> Vec<f64> {
    if period == 0 {
        return vec![0.0; count];
    }
    let phases: Vec<f64> = (0..period.min(series.len()))
        .map(|phase| median(&mut series.iter().skip(phase).step_by(period).copied().collect::<Vec<f64>>()))
        .collect();
    // A phase that was never learned has no season.
    (0..count).map(|place| phases.get(place % period).copied().unwrap_or(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 3 again and again, each round ten higher: medians of the phases, and what they leave over rises.
    #[test]
    fn the_parts_add_up() {
        let series = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0, 21.0, 22.0, 23.0];
        let options = Options { period: 3, trend: Trend::Line, test_points: 0, score_min: 0.6 };
        let parts = decompose(&series, options);
        assert_eq!(parts.seasonal, [11.0, 12.0, 13.0].repeat(3));
        for (place, value) in series.into_iter().enumerate() {
            let sum = parts.seasonal[place] + parts.trend[place] + parts.residual[place];
            assert!((sum - value).abs() < 1e-12, "{place}");
        }
    }

    /// The last two points are forecast from the line through the others.
    #[test]
    fn points_that_are_not_learned_are_forecast() {
        let options = Options { period: 0, trend: Trend::Line, test_points: 2, score_min: 0.6 };
        let parts = decompose(&[0.0, 1.0, 2.0, 3.0, 0.0, 0.0], options);
        assert!((parts.baseline[5] - 5.0).abs() < 1e-12, "{:?}", parts.baseline);
    }
}
