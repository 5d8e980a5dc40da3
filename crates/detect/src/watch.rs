//! The watch: rules, a lake and a clock → runs, and alerts that are stored once.
//!
//! In: rules, readings of the clock, and the lake. Out: what became of each run. Whoever holds it decides when to look at the clock, and when to stop:
//! what runs then is forgotten and run again by the next watch. Several rules run at once, each by itself one window after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use engine::Executor;
use lake::{Data, Lake};
use tokio::task::JoinSet;

use crate::problem::Problem;
use crate::raise::rule_key;
use crate::rule::{Kind, Rule};
use crate::run::{Ended, run_due};
use crate::schedule::{Clock, Due, MINUTE, Policy, Reading, SECOND, next, rewound};
use crate::store::{Alerted, Error, Finished, Store};

/// A run that fails for what may be gone soon (a disk, a host) is tried so often in all.
const ATTEMPTS_MAX: u32 = 3;
/// And again after so long, times the attempts so far.
const RETRY_AFTER: i64 = 30 * SECOND;
/// Rows that came in are looked at as they were so long ago at most.
const SNAPSHOT_AGE_MAX: i64 = 5 * SECOND;
/// Runs that ended and could not be stored: with more of them, no rule is run.
const UNSTORED_MAX: usize = 1_000;

/// How a watch goes about it.
#[derive(Debug, Clone, Copy)]
pub struct WatchOptions {
    /// How the clock is read.
    pub policy: Policy,
    /// How long one run may take.
    pub time_max: Duration,
    /// How many rules run at once.
    pub parallel: usize,
}

/// Rules that are watched over.
pub struct Watch {
    /// What is known from the lake.
    pub store: Store,
    rules: Vec<Arc<Rule>>,
    options: WatchOptions,
    lake: Lake,
    sources: lake::Options,
    executor: Arc<dyn Executor>,
    clock: Clock,
    is_started: bool,
    snapshot: Option<Snapshot>,
    running: JoinSet<Finished>,
    /// Keys of the rules that run, or whose run is not stored yet.
    busy: BTreeSet<String>,
    /// Failed attempts of a window, and when it is tried again.
    attempts: BTreeMap<String, (u32, i64)>,
    unstored: Vec<Finished>,
}

/// One state of all tables.
#[derive(Clone)]
struct Snapshot {
    database: Arc<lake::Database>,
    /// What came in by then is in it.
    ingested: i64,
    /// What the clock said.
    taken: i64,
}

/// What was stored of some runs.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The runs.
    pub runs: Vec<Finished>,
    /// Their alerts, those that were not there yet.
    pub alerts: Vec<Alerted>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

impl Watch {
    /// A watch over no rules yet. `sources` says what queries see besides the lake.
    pub fn new(
        store: Store,
        lake: Lake,
        sources: lake::Options,
        executor: Arc<dyn Executor>,
        options: WatchOptions,
    ) -> Self {
        Self {
            store,
            rules: vec![],
            options,
            sources: lake::Options { lake: Some(lake.clone()), ..sources },
            lake,
            executor,
            clock: Clock::default(),
            is_started: false,
            snapshot: None,
            running: JoinSet::new(),
            busy: BTreeSet::new(),
            attempts: BTreeMap::new(),
            unstored: vec![],
        }
    }

    /// Watches over these rules from now on; those that run go on to their end. Gives what is wrong with them as a set.
    pub fn set_rules(&mut self, rules: Vec<Rule>) -> Vec<Problem> {
        let (rules, problems) = distinct(rules);
        self.rules = rules.into_iter().map(Arc::new).collect();
        problems
    }

    /// Gives queries these watchlists from now on.
    pub fn set_watchlists(&mut self, watchlists: Vec<lake::Watchlist>) {
        self.sources.watchlists = watchlists;
        self.snapshot = None;
    }

    /// The rules that are watched over.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// Does a rule run, or is a run not stored yet?
    pub fn is_busy(&self) -> bool {
        !self.busy.is_empty()
    }

    /// Takes a reading of the clock. Gives the time since which windows are run again, when the clock was set back.
    pub fn read_clock(&mut self, reading: Reading) -> Option<i64> {
        let policy = self.options.policy;
        let ran_later = self.store.state.pasts.values().any(|past| past.ran_at > reading.now + 2 * SECOND);
        let since = match (self.clock.read(reading), self.is_started) {
            (Some(since), _) => Some(since),
            // Nobody knows how long the clock was ahead when the last watch ran.
            (None, false) if ran_later => Some(reading.now.saturating_sub(policy.catch_up)),
            (None, _) => None,
        };
        self.is_started = true;
        let since = since?;
        // By the clock as it was, it may look younger than it is.
        self.snapshot = None;
        for rule in &self.rules {
            let key = rule_key(rule);
            if let Some(past) = self.store.state.pasts.get(&key).copied() {
                let silence = rule.aftermath.suppression_seconds.map(|seconds| seconds.saturating_mul(SECOND));
                self.store.state.rewind(&key, rewound(&past, since, silence, policy));
            }
        }
        Some(since)
    }

    /// Starts what is due, oldest windows first, as far as rules may run at once. Gives how many runs were started.
    ///
    /// # Errors
    /// A lake that cannot be read; nothing is started then.
    pub async fn start_due(&mut self, now: i64) -> Result<usize, Error> {
        let free = self.options.parallel.saturating_sub(self.running.len());
        if free == 0 || self.unstored.len() >= UNSTORED_MAX {
            return Ok(0);
        }
        let wants_arrivals = self.rules.iter().any(|rule| rule.kind == Kind::NearRealTime && self.is_near(rule, now));
        let ingested = match (wants_arrivals, &self.snapshot) {
            (false, _) => 0,
            (true, Some(snapshot)) if is_fresh(snapshot, now) => snapshot.ingested,
            (true, _) => self.lake.newest_ingestion().await?,
        };
        let mut due: Vec<(Due, Arc<Rule>)> =
            self.rules.iter().filter_map(|rule| Some((self.due(rule, now, ingested)?, Arc::clone(rule)))).collect();
        // A stable sort: of windows that end together, the rules' order counts.
        due.sort_by_key(|(due, _)| due.end);
        due.truncate(free);
        let count = due.len();
        for (due, rule) in due {
            let snapshot = self.snapshot(&due, now).await?;
            // A snapshot that was taken since may have more than was asked for when the run was found due.
            self.start(rule, due, snapshot);
        }
        Ok(count)
    }

    fn due(&self, rule: &Rule, now: i64, ingested: i64) -> Option<Due> {
        let key = rule_key(rule);
        let waits = self.attempts.get(&key).is_some_and(|(_, after)| now < *after);
        if waits || self.busy.contains(&key) {
            return None;
        }
        next(rule.kind, self.store.state.pasts.get(&key), now, ingested, self.options.policy)
    }

    /// Might a rule in near real time be due, whatever came in?
    fn is_near(&self, rule: &Rule, now: i64) -> bool {
        self.due(rule, now, i64::MAX).is_some()
    }

    /// All tables at a moment when everything that belongs in a window could have come.
    async fn snapshot(&mut self, due: &Due, now: i64) -> Result<Snapshot, Error> {
        let is_late_enough = |snapshot: &Snapshot| match due.axis {
            crate::schedule::Axis::Event => {
                snapshot.taken >= due.end.saturating_add(self.options.policy.delay) && now - snapshot.taken < MINUTE
            }
            crate::schedule::Axis::Ingestion => snapshot.ingested >= due.end,
        };
        if let Some(snapshot) = self.snapshot.as_ref().filter(|snapshot| is_late_enough(snapshot)) {
            return Ok(snapshot.clone());
        }
        // Before the tables are opened: all that came in by then is in them.
        let ingested = self.lake.newest_ingestion().await?;
        let database = Arc::new(Data::open(vec![], vec![], self.sources.clone()).await?.database);
        Ok(self.snapshot.insert(Snapshot { database, ingested, taken: now }).clone())
    }

    fn start(&mut self, rule: Arc<Rule>, due: Due, snapshot: Snapshot) {
        let key = rule_key(&rule);
        let past = self.store.state.pasts.get(&key).copied();
        let (executor, time_max) = (Arc::clone(&self.executor), self.options.time_max);
        self.busy.insert(key);
        self.running.spawn(async move {
            let (own, database) = (Arc::clone(&rule), snapshot.database);
            let run = async move {
                run_due(&own, &due, executor.as_ref(), database, Some(snapshot.ingested), time_max).await
            };
            // On a task of its own, so that a defect that shows in one rule stops no other.
            let ended = tokio::spawn(run).await.unwrap_or_else(|error| Ended {
                outcome: Err(format!("internal error: {error}; this is a defect of vedette, please report it")),
                duration_ms: 0,
                is_worth_another: false,
            });
            Finished { rule, due, past, ended }
        });
    }

    /// Waits for a run to end, and gives it with those that have ended, too. `None` when none runs. May be dropped and called again.
    pub async fn ended(&mut self) -> Option<Vec<Finished>> {
        let first = self.running.join_next().await?;
        let mut ended: Vec<Finished> = first.into_iter().collect();
        while let Some(next) = self.running.try_join_next() {
            ended.extend(next);
        }
        Some(ended)
    }

    /// Stores runs that ended, and those that could not be stored before. One that is to be tried again is not stored.
    ///
    /// # Errors
    /// A lake that cannot be written to: the runs are kept, and stored with the next ones.
    pub async fn record(&mut self, ended: Vec<Finished>, now: i64) -> Result<Recorded, Error> {
        for run in ended {
            let key = rule_key(&run.rule);
            let (attempts, _) = self.attempts.get(&key).copied().unwrap_or_default();
            if run.ended.is_worth_another && run.ended.outcome.is_err() && attempts + 1 < ATTEMPTS_MAX {
                let after = now.saturating_add(RETRY_AFTER * i64::from(attempts + 1));
                self.attempts.insert(key.clone(), (attempts + 1, after));
                self.busy.remove(&key);
            } else {
                self.attempts.remove(&key);
                self.unstored.push(run);
            }
        }
        if self.unstored.is_empty() {
            return Ok(Recorded::default());
        }
        let alerts = self.store.record(&self.unstored, now).await?;
        let runs = std::mem::take(&mut self.unstored);
        for run in &runs {
            self.busy.remove(&rule_key(&run.rule));
        }
        Ok(Recorded { runs, alerts })
    }
}

fn is_fresh(snapshot: &Snapshot, now: i64) -> bool {
    (0..SNAPSHOT_AGE_MAX).contains(&(now - snapshot.taken))
}

/// The rules that can be watched over: enabled, on a schedule, and each once.
pub fn distinct(rules: Vec<Rule>) -> (Vec<Rule>, Vec<Problem>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut problems = vec![];
    let mut kept = vec![];
    for rule in rules.into_iter().filter(|rule| rule.aftermath.is_enabled && rule.kind != Kind::Hunting) {
        let key = rule_key(&rule);
        match seen.get(&key) {
            Some(first) => {
                let message = format!("`{}` is the id of {first}, too, which is run instead", rule.id);
                problems.push(Problem { file: rule.file.clone(), field: "id".to_owned(), message });
            }
            None => {
                seen.insert(key, rule.file.clone());
                kept.push(rule);
            }
        }
    }
    (kept, problems)
}

#[cfg(test)]
mod tests;
