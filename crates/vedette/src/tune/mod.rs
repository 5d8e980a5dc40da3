//! What would become of a rule's alerts with other numbers, or without some programs.
//!
//! In: a query, tables to ask, and labels where there are any. Out: alerts by group, what each exclusion would silence and cost, and a curve for each
//! number that the query decides by. Every figure is a run of the query; nothing is computed from another figure.

pub(crate) mod exclusion;
pub(crate) mod labels;
pub(crate) mod proposal;
pub(crate) mod thresholds;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::probe::Probe;
use crate::progress::Bar;
use exclusion::Exclusion;
use labels::{Labels, Score, Subject, subjects};
use thresholds::Threshold;

/// What a run gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) alerts: usize,
    /// With labels only.
    pub(crate) score: Option<Score>,
}

impl Outcome {
    pub(crate) fn json(&self) -> Json {
        match self.score {
            None => json!({"Alerts": self.alerts}),
            Some(score) => json!({
                "Alerts": self.alerts, "FalseAlerts": score.false_alerts, "AttacksFound": score.found, "Attacks": score.attacks,
            }),
        }
    }
}

/// A rule to tune.
pub(crate) struct Tuner<'t> {
    pub(crate) probe: &'t Probe,
    pub(crate) query: &'t str,
    pub(crate) labels: Option<&'t Labels>,
    pub(crate) bar: &'t Bar,
}

/// A threshold with what came of each number.
#[derive(Debug)]
pub(crate) struct Curve {
    pub(crate) threshold: Threshold,
    /// The number as written, whether it is the query's own, and what it gives; none where the query cannot run with it.
    pub(crate) points: Vec<(String, bool, Option<Outcome>)>,
}

/// The alerts of the rule as it is.
#[derive(Debug)]
pub(crate) struct Baseline {
    pub(crate) outcome: Outcome,
    /// Alerts by family, or by program and domain where there are no labels; most first.
    pub(crate) groups: Vec<(String, usize)>,
    /// Exclusions to think about, with the alerts that name them; most first.
    pub(crate) candidates: Vec<(Exclusion, usize)>,
}

impl Tuner<'_> {
    /// Runs the query, changed or not.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn run(&self, query: &str) -> Result<(Outcome, Vec<Subject>), engine::Error> {
        let table = self.probe.rows(query).await?;
        self.bar.step();
        let subjects = subjects(&table);
        let score = self.labels.map(|labels| labels.score(&subjects));
        Ok((Outcome { alerts: table.rows.len(), score }, subjects))
    }

    /// The rule as it is.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn baseline(&self) -> Result<Baseline, engine::Error> {
        let (outcome, subjects) = self.run(self.query).await?;
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        let mut candidates: BTreeMap<Exclusion, usize> = BTreeMap::new();
        for subject in &subjects {
            *groups.entry(self.group(subject)).or_default() += 1;
            for exclusion in Exclusion::of(subject) {
                *candidates.entry(exclusion).or_default() += 1;
            }
        }
        Ok(Baseline { outcome, groups: most_first(groups), candidates: most_first(candidates) })
    }

    fn group(&self, subject: &Subject) -> String {
        if let Some(labels) = self.labels {
            return labels.family(subject).unwrap_or("(not labeled)").to_owned();
        }
        let processes = subject.processes.as_deref().unwrap_or_default().join(", ");
        let processes = if processes.is_empty() { "(no program)" } else { &processes };
        let to = match Exclusion::of(subject).first() {
            Some(exclusion) => exclusion.suffix.clone(),
            None => {
                [&subject.url, &subject.ip].into_iter().flatten().find(|it| !it.is_empty()).cloned().unwrap_or_default()
            }
        };
        format!("{processes} -> {to}")
    }

    /// What is left without some programs.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn without(&self, exclusions: &[Exclusion]) -> Result<Outcome, engine::Error> {
        Ok(self.run(&Exclusion::without(exclusions, self.query)).await?.0)
    }

    /// What comes of each number in the place of a threshold.
    ///
    /// # Errors
    /// Those of the engine that are not the query's fault.
    pub(crate) async fn curve(&self, threshold: Threshold) -> Result<Curve, engine::Error> {
        let mut points = vec![];
        for trial in threshold.trials(self.query) {
            let outcome = match self.run(&threshold.with(self.query, &trial.text)).await {
                Ok((outcome, _)) => Some(outcome),
                // Another number may not fit a place that wants a whole one.
                Err(engine::Error::Query(_) | engine::Error::Unsupported(_)) => None,
                Err(error) => return Err(error),
            };
            points.push((trial.text, trial.is_own, outcome));
        }
        Ok(Curve { threshold, points })
    }
}

fn most_first<K: Ord>(counts: BTreeMap<K, usize>) -> Vec<(K, usize)> {
    let mut counts: Vec<(K, usize)> = counts.into_iter().collect();
    // Stable: what is equal stays in the order of its name.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
