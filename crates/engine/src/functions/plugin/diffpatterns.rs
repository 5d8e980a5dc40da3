//! `diffpatterns`: the patterns that are more frequent in one of two sets of rows than in the other.
use crate::error::mistake;
use crate::functions::closed_patterns::closed_patterns;
use crate::functions::plugin_prelude::*;
use crate::functions::segments::{
    self, Attributes, DIMENSIONS, Pattern, THRESHOLD, WEIGHT, WILDCARD, Weights, count_or, counts, is_met, percents,
    row_weights, set_count,
};
use crate::rows::value;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "diffpatterns",
        summary: "Finds the patterns of values that tell two sets of rows apart.",
        parameters: &[
            takes("SplitColumn", PluginAccepts::ColumnText),
            takes("SplitValueA", PluginAccepts::Constant(&[Type::String])),
            takes("SplitValueB", PluginAccepts::Constant(&[Type::String])),
            WEIGHT,
            THRESHOLD,
            DIMENSIONS,
            WILDCARD,
        ],
        source: "https://learn.microsoft.com/kusto/query/diffpatterns-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: Some(
            "its counts are exact, but Kusto does not publish how it searches, and may choose other patterns",
        ),
    },
    evaluate,
};

/// Questions whether a row meets a pattern, of one answer.
const QUESTIONS_MAX: usize = 500_000_000;

/// The page's example shows all columns but the one that divides the rows.
fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let measures = [
        ("SegmentId", Type::Long),
        ("CountA", Type::Long),
        ("CountB", Type::Long),
        ("PercentA", Type::Real),
        ("PercentB", Type::Real),
        ("PercentDiffAB", Type::Real),
    ];
    Ok(segments::columns(call, &measures, call.column("SplitColumn")))
}

/// - Shape: a row per pattern, the greatest difference first; none when one of the sets has no rows.
/// - Of all patterns that differ by the threshold at least, those stay that still do, in the same direction, in the rows that no pattern before
///   has. The page calls the answer a small set that captures different portions of the difference.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let threshold = segments::threshold(given)?;
    let dimensions = count_or(given, "MaxDimensions", usize::MAX)?;
    let places = given.places("SplitColumn");
    let Some(text) = places.last() else { return exec_err!("`diffpatterns` lacks its column") };
    let (_, texts) = given.at(0, *text)?;
    let (a, b) = (given.text("SplitValueA").unwrap_or_default(), given.text("SplitValueB").unwrap_or_default());
    if a == b {
        return mistake("SplitValueA and SplitValueB of `diffpatterns` must be two values".to_owned());
    }
    let weights = row_weights(given)?;
    let attributes = Attributes::of(given, &places, |row| {
        let weight = weights.get(row).copied().unwrap_or(0.0);
        match value(&texts, Type::String, row) {
            Value::String(text) if text == a => [weight, 0.0],
            Value::String(text) if text == b => [0.0, weight],
            _ => [0.0; 2],
        }
    })?;
    let total = attributes.total();
    let found = match total {
        [a, b] if a > 0.0 && b > 0.0 => {
            let is_frequent = |weight| shares(weight, total).into_iter().any(|share| share >= threshold);
            closed_patterns(&attributes, &is_frequent, dimensions)?
        }
        _ => vec![],
    };
    let found = chosen(&attributes, found, threshold)?;
    let patterns: Vec<&Pattern> = found.iter().map(|(pattern, _)| pattern).collect();
    let weight = |set: usize| found.iter().map(move |(_, weight)| weight.get(set).copied().unwrap_or(0.0));
    let share =
        |set: usize| found.iter().map(move |(_, weight)| shares(*weight, total).get(set).copied().unwrap_or(0.0));
    let apart = found.iter().map(|(_, weight)| difference(*weight, total).abs());
    let measures =
        vec![counts(weight(0)), counts(weight(1)), percents(share(0), 2), percents(share(1), 2), percents(apart, 2)];
    attributes.made(given, &patterns, measures)
}

/// The patterns that differ enough, without those whose difference better ones explain.
fn chosen(
    attributes: &Attributes,
    mut found: Vec<(Pattern, Weights)>,
    threshold: f64,
) -> Result<Vec<(Pattern, Weights)>> {
    let total = attributes.total();
    found.retain(|(_, weight)| difference(*weight, total).abs() >= threshold);
    found.sort_by(|(pattern, one), (others, other)| {
        let apart = |weight: &Weights| difference(*weight, total).abs();
        apart(other).total_cmp(&apart(one)).then(set_count(others).cmp(&set_count(pattern))).then(pattern.cmp(others))
    });
    let mut open: Vec<(&Vec<usize>, Weights)> =
        attributes.kinds.iter().zip(attributes.weights.iter().copied()).collect();
    let (mut chosen, mut questions) = (vec![], 0_usize);
    for (pattern, weight) in found {
        questions += 2 * open.len();
        if questions > QUESTIONS_MAX {
            return mistake("there are too many patterns; fewer columns or a higher threshold are needed".to_owned());
        }
        let own = open.iter().filter(|(kind, _)| is_met(&pattern, kind));
        let rest = own.fold([0.0; 2], |[a, b], (_, weight)| [a + weight[0], b + weight[1]]);
        let (whole, rest) = (difference(weight, total), difference(rest, total));
        if rest.abs() >= threshold && rest.signum() == whole.signum() {
            open.retain(|(kind, _)| !is_met(&pattern, kind));
            chosen.push((pattern, weight));
        }
    }
    Ok(chosen)
}

/// The share of each set.
fn shares([a, b]: Weights, total: Weights) -> Weights {
    [a / total[0], b / total[1]]
}

/// By how much the shares differ.
fn difference(weight: Weights, total: Weights) -> f64 {
    let [a, b] = shares(weight, total);
    a - b
}
