//! Tukey's fence: how far outside of the usual range is each point?
//!
//! A point within the range between two percentiles scores 0; one outside scores its distance from the range, in widths of the range. The
//! percentiles lie between their neighbors in proportion. Scores of the range 10 … 90 are scaled so that 1.5 stands for as mild an outlier as
//! with Tukey's 25 … 75.
//!
//! Source: the author of the function on how scores are made (github.com/microsoft/Kusto-Query-Language/issues/136), and recorded scores, from
//! which the scale is taken: it rests on approximate quantiles of the normal distribution which he does not give. The scale of other percentiles
//! is therefore not known, and they are refused. A range without width gives no scores: the same source says that it cannot be used.

use super::stats::percentile_of_sorted;

/// The range that is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fence {
    /// From the 25th to the 75th percentile.
    Tukey,
    /// From the 10th to the 90th percentile.
    Custom,
}

impl Fence {
    /// The fence of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "tukey" => Some(Self::Tukey),
            "ctukey" => Some(Self::Custom),
            _ => None,
        }
    }

    fn percentiles(self) -> (f64, f64) {
        match self {
            Self::Tukey => (25.0, 75.0),
            Self::Custom => (10.0, 90.0),
        }
    }

    fn scale(self) -> f64 {
        match self {
            Self::Tukey => 1.0,
            // The recorded score of -3 where the percentiles are 2.7 and 11: -1.9040785483608571.
            Self::Custom => 2.772_605_605_507_915,
        }
    }
}

/// The score of each point; a gap scores 0.
pub(crate) fn outlier_scores(series: &[Option<f64>], fence: Fence) -> Vec<f64> {
    let mut sorted: Vec<f64> = series.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = fence.percentiles();
    let (low, high) = (percentile_of_sorted(&sorted, low), percentile_of_sorted(&sorted, high));
    let width = high - low;
    let score = |value: f64| match value {
        _ if width.is_nan() || width <= 0.0 => 0.0,
        above if above > high => (above - high) / width * fence.scale(),
        below if below < low => (below - low) / width * fence.scale(),
        _ => 0.0,
    };
    series.iter().map(|value| value.map_or(0.0, score)).collect()
}
