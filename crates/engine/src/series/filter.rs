//! Digital filters of a series: with a finite and with an infinite answer to an impulse.
//!
//! What lies outside of the series counts as zero, so the first values of a moving average are low, as those of Kusto's charts are.

/// `y[i] = Σ filter[j]·x[i - j]`; a centered filter looks as far ahead as back. A normalized one is divided by the sum of its coefficients.
/// `None` when it is to be normalized and has a negative coefficient, or adds up to nothing.
pub(crate) fn finite_response(series: &[f64], filter: &[f64], normalize: bool, center: bool) -> Option<Vec<f64>> {
    let has_negative = filter.iter().any(|coefficient| *coefficient < 0.0);
    let total: f64 = filter.iter().sum();
    if filter.is_empty() || normalize && (has_negative || total == 0.0) {
        return None;
    }
    let scale = if normalize { total } else { 1.0 };
    let ahead = if center { (filter.len() - 1) / 2 } else { 0 };
    let value_at = |place: usize| {
        let terms = filter.iter().enumerate().filter_map(|(back, coefficient)| {
            let from = (place + ahead).checked_sub(back)?;
            Some(coefficient * series.get(from)?)
        });
        terms.sum::<f64>() / scale
    };
    Some((0..series.len()).map(value_at).collect())
}

/// `y[i] = (Σ b[j]·x[i - j] - Σ a[j]·y[i - j]) / a[0]`; `None` when `a` is empty or begins with zero.
pub(crate) fn infinite_response(series: &[f64], numerators: &[f64], denominators: &[f64]) -> Option<Vec<f64>> {
    let (first, feedback) = denominators.split_first()?;
    if *first == 0.0 || numerators.is_empty() {
        return None;
    }
    let mut out: Vec<f64> = Vec::with_capacity(series.len());
    for place in 0..series.len() {
        let from_input: f64 = numerators
            .iter()
            .enumerate()
            .filter_map(|(back, coefficient)| Some(coefficient * series.get(place.checked_sub(back)?)?))
            .sum();
        let from_output: f64 = feedback
            .iter()
            .enumerate()
            .filter_map(|(back, coefficient)| Some(coefficient * out.get(place.checked_sub(back + 1)?)?))
            .sum();
        out.push((from_input - from_output) / first);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impulse_gives_the_filter_back() {
        assert_eq!(finite_response(&[0.0, 1.0, 0.0, 0.0], &[3.0, 5.0], false, false), Some(vec![0.0, 3.0, 5.0, 0.0]));
        assert_eq!(finite_response(&[0.0, 0.0, 3.0, 0.0], &[1.0; 3], true, true), Some(vec![0.0, 1.0, 1.0, 1.0]));
        assert_eq!(finite_response(&[1.0], &[1.0, -1.0], true, false), None);
    }

    /// Half of what was there stays: 1, 1/2, 1/4 …
    #[test]
    fn feedback_fades() {
        assert_eq!(infinite_response(&[2.0, 0.0, 0.0], &[1.0], &[2.0, -1.0]), Some(vec![1.0, 0.5, 0.25]));
        assert_eq!(infinite_response(&[2.0], &[1.0], &[0.0, 1.0]), None);
    }
}
