//! Fourier's transform of a series of complex numbers, there and back.
//!
//! The way there is not scaled, the way back is divided by the length, so that one after the other gives the series again.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use super::numbers::{reals, series_json, tuple_json};
use crate::functions::Args;

/// Which way a series is transformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From time to frequency.
    There,
    /// From frequency to time.
    Back,
}

/// The transform of a series by its real and imaginary parts; `None` when they differ in length.
fn transform(real: &[f64], imaginary: &[f64], way: Way) -> Option<(Vec<f64>, Vec<f64>)> {
    if real.len() != imaginary.len() {
        return None;
    }
    let mut points: Vec<Complex<f64>> = real.iter().zip(imaginary).map(|(re, im)| Complex::new(*re, *im)).collect();
    if points.is_empty() {
        return Some((vec![], vec![]));
    }
    let mut planner = FftPlanner::new();
    let scale = match way {
        Way::There => {
            planner.plan_fft_forward(points.len()).process(&mut points);
            1.0
        }
        Way::Back => {
            planner.plan_fft_inverse(points.len()).process(&mut points);
            points.len() as f64
        }
    };
    Some(points.into_iter().map(|point| (point.re / scale, point.im / scale)).unzip())
}

/// What `series_fft` and `series_ifft` answer: the columns of a call's real and, when it has them, imaginary parts, transformed.
pub(crate) fn transformed(args: &Args, way: Way) -> Result<ArrayRef> {
    let real = args.json(0)?;
    let imaginary = if args.len() > 1 { Some(args.json(1)?) } else { None };
    args.make_json(|row| {
        let real = reals(real.get(row)?)?;
        let imaginary = match &imaginary {
            Some(imaginary) => reals(imaginary.get(row)?)?,
            None => vec![0.0; real.len()],
        };
        let (real, imaginary) = transform(&real, &imaginary, way)?;
        Some(tuple_json(&[series_json(&real), series_json(&imaginary)]))
    })
}

/// The power of each frequency of a series around its mean: `power[k]` is that of k cycles over the whole, up to half its length.
pub(super) fn powers(series: &[f64]) -> Vec<f64> {
    let level = super::stats::mean(series);
    let mut points: Vec<Complex<f64>> = series.iter().map(|value| Complex::new(value - level, 0.0)).collect();
    FftPlanner::new().plan_fft_forward(points.len()).process(&mut points);
    points.iter().take(series.len() / 2 + 1).map(Complex::norm_sqr).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One cycle of a cosine over four points is all in the frequencies 1 and 3.
    #[test]
    fn a_cosine_is_one_frequency() {
        let (real, imaginary) = transform(&[1.0, 0.0, -1.0, 0.0], &[0.0; 4], Way::There).expect("same length");
        assert_eq!((real, imaginary), (vec![0.0, 2.0, 0.0, 2.0], vec![0.0; 4]));
        let (real, _) = transform(&[0.0, 2.0, 0.0, 2.0], &[0.0; 4], Way::Back).expect("same length");
        assert_eq!(real, vec![1.0, 0.0, -1.0, 0.0]);
        assert!(transform(&[1.0], &[], Way::There).is_none());
    }
}
