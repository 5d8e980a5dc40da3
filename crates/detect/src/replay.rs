//! A schedule over time that has passed: the alerts that the watch would have raised.
//!
//! In: rules, tables, and a span of time. Out: runs in the order in which they would have been due, and the alerts and incidents of them. Nothing is
//! stored, and no clock is asked. Rows are seen by when they happened: nobody knows when they would have come in.

use std::sync::Arc;
use std::time::Duration;

use engine::Executor;
use tokio::task::JoinSet;

use crate::raise::rule_key;
use crate::rule::Rule;
use crate::run::{Ended, run_due};
use crate::schedule::{Due, Past, next_in_replay};
use crate::store::{Alerted, Finished, State, pretend};

/// A replay that goes on.
pub struct Replay {
    rules: Vec<Arc<Rule>>,
    executor: Arc<dyn Executor>,
    database: Arc<lake::Database>,
    until: i64,
    time_max: Duration,
    parallel: usize,
    /// The incidents so far, and how far each rule has come.
    pub state: State,
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

/// What one moment of a replay gave.
#[derive(Debug)]
pub struct Moment {
    /// When these runs were due.
    pub due: i64,
    /// The runs.
    pub runs: Vec<Finished>,
    /// Their alerts.
    pub alerts: Vec<Alerted>,
}

/// The span of a replay, in ticks: windows that end after the first moment and not after the second.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Its start.
    pub from: i64,
    /// Its end.
    pub until: i64,
}

impl Replay {
    /// A replay of rules over a span; each run may take so long, and so many run at once.
    pub fn new(
        rules: Vec<Arc<Rule>>,
        executor: Arc<dyn Executor>,
        database: Arc<lake::Database>,
        span: Span,
        time_max: Duration,
        parallel: usize,
    ) -> Self {
        let start = Past { end: span.from, ..Past::default() };
        let mut state = State::default();
        state.pasts = rules.iter().map(|rule| (rule_key(rule), start)).collect();
        Self { rules, executor, database, until: span.until, time_max, parallel: parallel.max(1), state }
    }

    /// Runs all that is due at the next moment; `None` at the end.
    pub async fn step(&mut self) -> Option<Moment> {
        let next = |rule: &Arc<Rule>| {
            let past = self.state.pasts.get(&rule_key(rule))?;
            Some((next_in_replay(rule.kind, past, self.until)?, *past, Arc::clone(rule)))
        };
        let all: Vec<(Due, Past, Arc<Rule>)> = self.rules.iter().filter_map(next).collect();
        let due = all.iter().map(|(due, ..)| due.end).min()?;
        let mut waiting: Vec<(usize, Due, Past, Arc<Rule>)> = all
            .into_iter()
            .filter(|(run, ..)| run.end == due)
            .enumerate()
            .map(|(at, (run, past, rule))| (at, run, past, rule))
            .collect();
        waiting.reverse();
        let mut running = JoinSet::new();
        let mut ended: Vec<(usize, Finished)> = vec![];
        loop {
            while running.len() < self.parallel
                && let Some((at, run, past, rule)) = waiting.pop()
            {
                running.spawn(self.finish(at, run, past, rule));
            }
            match running.join_next().await {
                Some(finished) => ended.extend(finished),
                None => break,
            }
        }
        // In the order of the rules, whichever was faster.
        ended.sort_by_key(|(at, _)| *at);
        let runs: Vec<Finished> = ended.into_iter().map(|(_, finished)| finished).collect();
        let alerts = pretend(&mut self.state, &runs, due);
        Some(Moment { due, runs, alerts })
    }

    fn finish(
        &self,
        at: usize,
        due: Due,
        past: Past,
        rule: Arc<Rule>,
    ) -> impl Future<Output = (usize, Finished)> + Send + use<> {
        let (executor, database, time_max) = (Arc::clone(&self.executor), Arc::clone(&self.database), self.time_max);
        async move {
            let own = Arc::clone(&rule);
            let run = async move { run_due(&own, &due, executor.as_ref(), database, None, time_max).await };
            let ended = tokio::spawn(run).await.unwrap_or_else(|error| Ended {
                outcome: Err(format!("internal error: {error}; this is a defect of vedette, please report it")),
                duration_ms: 0,
                is_worth_another: false,
            });
            (at, Finished { rule, due, past: Some(past), ended })
        }
    }
}
