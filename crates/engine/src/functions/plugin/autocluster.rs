//! `autocluster`: a few patterns that many rows share in many values.
//!
//! The idea is that of the paper that Kusto's page names (Ofer, Eldar, Shalev, Resheff: Algorithms for Telemetry Data Mining using Discrete
//! Attributes): some rows are seeds, a pattern that first asks for all values of its seed asks for one less at a time, and the best step on
//! the way is told. The paper takes its seeds at random; here they are picked at even distances through the rows in the order of their
//! values, so that the same rows give the same answer in whatever order they come.
use std::collections::HashMap;

use crate::error::mistake;
use crate::functions::plugin_prelude::*;
use crate::functions::segments::{
    self, Attributes, Pattern, WEIGHT, WILDCARD, count_or, counts, percents, row_weights,
};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "autocluster",
        summary: "Finds a few patterns of values that tell what many rows have in common.",
        parameters: &[
            takes("SizeWeight", PluginAccepts::Constant(&[Type::Real])).or_tilde(),
            WEIGHT,
            takes("NumSeeds", PluginAccepts::Constant(&[Type::Long, Type::Int])).or_tilde(),
            WILDCARD,
        ],
        source: "https://learn.microsoft.com/kusto/query/autocluster-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: Some(
            "its counts are exact, but Kusto does not publish how it searches, and may choose other segments",
        ),
    },
    evaluate,
};

/// What is taken when nothing is said: as documented.
const SIZE_WEIGHT_DEFAULT: f64 = 0.5;
const SEEDS_DEFAULT: usize = 25;
/// Seeds of one search. The page says that more than 50 rarely give more patterns.
const SEEDS_MAX: usize = 10_000;
/// Attributes, one bit each.
const ATTRIBUTES_MAX: usize = 128;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let measures = [("SegmentId", Type::Long), ("Count", Type::Long), ("Percent", Type::Real)];
    Ok(segments::columns(call, &measures, None))
}

/// A step of the search.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    /// The attributes that are set.
    set: u128,
    weight: f64,
    score: f64,
}

/// - Shape: a row per pattern, the best first. Of two of which one holds all rows of the other, the better stays.
/// - The score is the page's: the geometric mean of the share of rows and the share of set values, weighted SizeWeight to 1 - SizeWeight.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let size_weight = match given.constant("SizeWeight") {
        None => SIZE_WEIGHT_DEFAULT,
        Some(_) => match given.real("SizeWeight").filter(|weight| *weight > 0.0 && *weight < 1.0) {
            Some(weight) => weight,
            None => return mistake("SizeWeight of `autocluster` must be between 0 and 1".to_owned()),
        },
    };
    let seeds = count_or(given, "NumSeeds", SEEDS_DEFAULT)?;
    if seeds > SEEDS_MAX {
        return mistake(format!("`autocluster` takes at most {SEEDS_MAX} seeds"));
    }
    let weights = row_weights(given)?;
    let attributes = Attributes::of(given, &[], |row| [weights.get(row).copied().unwrap_or(0.0), 0.0])?;
    if attributes.width() > ATTRIBUTES_MAX {
        return mistake(format!("`autocluster` takes at most {ATTRIBUTES_MAX} columns"));
    }
    let [total, _] = attributes.total();
    let mut best: Vec<(Pattern, Segment)> = vec![];
    for seed in picked(&attributes, seeds) {
        if let Some(segment) = expand(&attributes, seed, total, size_weight) {
            let values = seed.iter().enumerate();
            let pattern = values.map(|(at, value)| (segment.set >> at & 1 == 1).then_some(*value)).collect();
            best.push((pattern, segment));
        }
    }
    let found = chosen(best);
    let patterns: Vec<_> = found.iter().map(|(pattern, _)| pattern).collect();
    let weight = || found.iter().map(|(_, segment)| segment.weight);
    let measures = vec![counts(weight()), percents(weight().map(|weight| weight / total), 1)];
    attributes.made(given, &patterns, measures)
}

/// Kinds of rows at even distances by weight, each once.
fn picked(attributes: &Attributes, seeds: usize) -> Vec<&Vec<usize>> {
    let [total, _] = attributes.total();
    let mut picked: Vec<&Vec<usize>> = vec![];
    let (mut next, mut sum) = (0_usize, 0.0);
    for (kind, [weight, _]) in attributes.kinds.iter().zip(&attributes.weights) {
        sum += weight;
        let mut is_seed = false;
        while next < seeds && (next as f64 + 0.5) / seeds as f64 * total < sum {
            next += 1;
            is_seed = true;
        }
        if is_seed {
            picked.push(kind);
        }
    }
    picked
}

/// The best step from all values of a row to one of them; of equal ones the last, and the leftmost value goes last.
fn expand(attributes: &Attributes, seed: &[usize], total: f64, size_weight: f64) -> Option<Segment> {
    let width = attributes.width();
    let mut by_shared: HashMap<u128, f64> = HashMap::new();
    for (kind, [weight, _]) in attributes.kinds.iter().zip(&attributes.weights) {
        let pairs = kind.iter().zip(seed).enumerate();
        let shared = pairs.filter(|(_, (own, wanted))| own == wanted).fold(0_u128, |set, (at, _)| set | 1 << at);
        *by_shared.entry(shared).or_default() += weight;
    }
    let mut shared: Vec<(u128, f64)> = by_shared.into_iter().collect();
    shared.sort_by_key(|(set, _)| *set);
    let segment = |set: u128| {
        let weight: f64 = shared.iter().filter(|(own, _)| own & set == set).map(|(_, weight)| weight).sum();
        let values = f64::from(set.count_ones()) / width as f64;
        let score = (weight / total).powf(size_weight) * values.powf(1.0 - size_weight);
        // Equal scores must be equal, whatever the last bit says.
        Segment { set, weight, score: (score * 1e12).round() }
    };
    let all = (0..width).fold(0_u128, |set, at| set | 1 << at);
    let mut at = Some(segment(all)).filter(|_| width > 0)?;
    let mut best = at.clone();
    while at.set.count_ones() > 1 {
        let fewer = (0..width).rev().filter(|bit| at.set >> bit & 1 == 1).map(|bit| segment(at.set & !(1 << bit)));
        at = fewer.reduce(|one, other| if other.score > one.score { other } else { one })?;
        if at.score >= best.score {
            best = at.clone();
        }
    }
    Some(best)
}

/// The best first, and none that asks for all that a better one asks for, or for a part of it.
fn chosen(mut all: Vec<(Pattern, Segment)>) -> Vec<(Pattern, Segment)> {
    all.sort_by(|(own, one), (others, other)| {
        other.score.total_cmp(&one.score).then(other.weight.total_cmp(&one.weight)).then(own.cmp(others))
    });
    let is_part = |part: &Pattern, whole: &Pattern| part.iter().zip(whole).all(|(a, b)| a.is_none() || a == b);
    let mut chosen: Vec<(Pattern, Segment)> = vec![];
    for (pattern, segment) in all {
        if chosen.iter().all(|(better, _)| !is_part(better, &pattern) && !is_part(&pattern, better)) {
            chosen.push((pattern, segment));
        }
    }
    chosen
}
