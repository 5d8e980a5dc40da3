//! The mathematics of time series: lines, filters, spectra, periods and outliers of arrays of numbers.
//!
//! In: numbers read from the arrays of a call. Out: numbers, or arrays of them as JSON. Knows nothing of plans or names; the function
//! files say which column is which.
//!
//! Where Microsoft publishes no algorithm (the score of a period, the scale of an outlier's score), the module's head says what is known
//! and what was chosen.

mod arguments;
mod decompose;
mod filter;
mod fourier;
mod line;
mod missing;
mod numbers;
mod outliers;
mod periods;
mod polynomial;
mod stats;
mod vectors;

pub(crate) use arguments::{PARTS, Places, Settings, fence, parts_json};
pub(crate) use decompose::{decompose, detect_anomalies, seasonal};
pub(crate) use filter::{finite_response, infinite_response};
pub(crate) use fourier::{Way, transformed};
pub(crate) use line::{Line, fit_line, fit_two_lines};
pub(crate) use missing::{Missing, Side, fill_from, fill_linear};
pub(crate) use numbers::{reals, series_json, series_of, tuple_json};
pub(crate) use outliers::{Fence, outlier_scores};
pub(crate) use periods::{Period, detect_periods, score_period};
pub(crate) use polynomial::fit_polynomial;
pub(crate) use stats::stats_by_row;
pub(crate) use vectors::{dot_product, magnitude, pearson_correlation, product, sum};
