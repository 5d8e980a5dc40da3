//! `basket`: the values, and combinations of values, that many rows share.
use crate::functions::closed_patterns::closed_patterns;
use crate::functions::plugin_prelude::*;
use crate::functions::segments::{
    self, Attributes, DIMENSIONS, THRESHOLD, WEIGHT, WILDCARD, count_or, counts, percents, row_weights, set_count,
};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "basket",
        summary: "Finds the values, and combinations of values, that a share of the rows has.",
        parameters: &[THRESHOLD, WEIGHT, DIMENSIONS, WILDCARD],
        source: "https://learn.microsoft.com/kusto/query/basket-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: Some(
            "all patterns are told that reach the threshold; Kusto looks for them in a sample, and can miss some near the threshold",
        ),
    },
    evaluate,
};

/// Uncorrelated dimensions of a pattern when nothing is said: as documented.
const DIMENSIONS_DEFAULT: usize = 5;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let measures = [("SegmentId", Type::Long), ("Count", Type::Long), ("Percent", Type::Real)];
    Ok(segments::columns(call, &measures, None))
}

/// - Shape: a row per closed pattern that reaches the threshold.
/// - Order: by count times values, which is the order of the page's examples; then by count, then by the values.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let threshold = segments::threshold(given)?;
    let dimensions = count_or(given, "MaxDimensions", DIMENSIONS_DEFAULT)?;
    let weights = row_weights(given)?;
    let attributes = Attributes::of(given, &[], |row| [weights.get(row).copied().unwrap_or(0.0), 0.0])?;
    let [total, _] = attributes.total();
    let is_frequent = |[weight, _]: [f64; 2]| weight > 0.0 && weight / total >= threshold;
    let mut found = closed_patterns(&attributes, &is_frequent, dimensions)?;
    let score = |(pattern, [weight, _]): &(Vec<Option<usize>>, [f64; 2])| (weight * set_count(pattern) as f64, *weight);
    found.sort_by(|one, other| {
        let ((a, own), (b, others)) = (score(one), score(other));
        b.total_cmp(&a).then(others.total_cmp(&own))
    });
    let patterns: Vec<_> = found.iter().map(|(pattern, _)| pattern).collect();
    let weight = || found.iter().map(|(_, [weight, _])| *weight);
    let measures = vec![counts(weight()), percents(weight().map(|weight| weight / total), 1)];
    attributes.made(given, &patterns, measures)
}
