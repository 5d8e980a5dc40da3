//! Alerts, incidents, and how far each rule has come: tables of a lake, and nothing else.
//!
//! In: runs that ended. Out: rows of SecurityAlert, AlertInfo, AlertEvidence, SecurityIncident, SentinelHealth and `_Runs`, stored in one change of the
//! lake: a run whose alerts are there is a run that is known to have been done, and the other way round. What was read of the lake before is read
//! again when somebody else has changed it meanwhile, and a run that somebody else has done is dropped.

mod alert_rows;
mod cells;
mod entity;
mod incident_rows;
mod run_rows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::{Executor, Request, Rows};
use lake::{Content, Data, Kept, Lake, Outcome};

pub use alert_rows::{Told, alert_evidence, alert_infos, security_alerts};
pub use incident_rows::security_incidents;
pub use run_rows::RUNS;

use crate::incident::{Filed, Incident, Incidents};
use crate::raise::{Raised, raise, rule_key};
use crate::rule::Rule;
use crate::run::Ended;
use crate::schedule::{Due, Past, SECOND, ran};
use crate::table::Table;
use run_rows::Recorded;

const INCIDENTS: &str = "SecurityIncident";
const ALERTS: &str = "SecurityAlert";
/// Whoever is overtaken that often is one of too many writers.
const ATTEMPTS_MAX: usize = 8;

/// Why nothing could be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The lake.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// The engine, over tables of the lake.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// Others write all the time.
    #[error("others have changed `{0}` each time that something was to be stored")]
    Overtaken(String),
    /// What is to be done cannot be done.
    #[error("{0}")]
    Refused(String),
}

/// A run that ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The rule.
    pub rule: Arc<Rule>,
    /// Its window.
    pub due: Due,
    /// What was known of the rule when it was due.
    pub past: Option<Past>,
    /// What came of it.
    pub ended: Ended,
}

/// An alert with where it went.
#[derive(Debug, Clone)]
pub struct Alerted {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The alert.
    pub raised: Raised,
    /// Its incident.
    pub filed: Filed,
}

/// What is known from the lake.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// How far each rule has come, by its key.
    pub pasts: BTreeMap<String, Past>,
    /// The incidents that may still change.
    pub incidents: Incidents,
    sequence: i64,
    seen: Vec<(String, Option<u64>)>,
    /// Pasts that were put back, and what the lake says instead.
    rewound: BTreeMap<String, (Past, Past)>,
}

/// The tables of a lake that the watch reads and writes.
pub struct Store {
    lake: Lake,
    content: Arc<Content>,
    executor: Arc<dyn Executor>,
    waits: Arc<dyn Fn() + Send + Sync>,
    /// What is known.
    pub state: State,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("lake", &self.lake).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the tables of a lake; what a crash left undone is done first. `waits` is told when another process writes, which is waited for.
    ///
    /// # Errors
    /// A lake that cannot be read.
    pub async fn open(
        lake: Lake,
        content: Arc<Content>,
        executor: Arc<dyn Executor>,
        waits: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self, Error> {
        lake.recover(waits.as_ref()).await?;
        let mut store = Self::reader(lake, content, executor, waits);
        store.load().await?;
        Ok(store)
    }

    /// The same, without reading or writing anything yet: for who asks about incidents, or changes one.
    pub fn reader(
        lake: Lake,
        content: Arc<Content>,
        executor: Arc<dyn Executor>,
        waits: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self { lake, content, executor, waits, state: State::default() }
    }

    /// Reads what is known.
    ///
    /// # Errors
    /// A lake that cannot be read.
    pub async fn load(&mut self) -> Result<(), Error> {
        // Before the tables are opened: whatever is stored in between is then found to be new.
        let seen = self.lake.versions(&[RUNS, INCIDENTS]).await?;
        let had = |table: &String| self.state.seen.iter().any(|(known, version)| known == table && version.is_some());
        if let Some((table, _)) = seen.iter().find(|(table, version)| version.is_none() && had(table)) {
            // Whoever took its place, it is not the lake that is watched over.
            return Err(Error::Refused(format!("lake `{}`: its table `{table}` is gone", self.lake.name())));
        }
        let mut state = State { seen, rewound: self.state.rewound.clone(), ..State::default() };
        let database = self.database().await?;
        if state.seen.iter().any(|(table, version)| table == RUNS && version.is_some()) {
            let table = self.ask(run_rows::QUERY, database.clone()).await?;
            for (key, sequence, past) in (0..table.rows.len()).filter_map(|row| run_rows::past(&table, row)) {
                state.sequence = state.sequence.max(sequence);
                let put_back =
                    state.rewound.get(&key).filter(|(stored, _)| *stored == past).map(|(_, put_back)| *put_back);
                state.pasts.insert(key, put_back.unwrap_or(past));
            }
        }
        let last = self.ask("SecurityIncident | summarize Last = max(IncidentNumber)", database.clone()).await?;
        state.incidents.last_number =
            cells::long_of(&last, 0, "Last").and_then(|last| i32::try_from(last).ok()).unwrap_or(0);
        // Look-backs of groupings are a week at most. By the incidents' own time, because nobody asks the clock here.
        let newest = "toscalar(SecurityIncident | summarize max(LastModifiedTime))";
        let condition = &format!("Status != 'Closed' or LastModifiedTime > {newest} - 30d");
        state.incidents.by_number = self.incidents(condition, database).await?;
        self.state = state;
        Ok(())
    }

    /// All tables as they are.
    async fn database(&self) -> Result<Arc<lake::Database>, Error> {
        let options = lake::Options {
            content: Some(self.content.clone()),
            lake: Some(self.lake.clone()),
            ..lake::Options::default()
        };
        Ok(Arc::new(Data::open(vec![], vec![], options).await?.database))
    }

    async fn ask(&self, query: &str, database: Arc<lake::Database>) -> Result<Table, Error> {
        let answer = self.executor.query(&Request::new(query, 0), database).await?;
        let rows = answer.results.into_iter().next();
        let rows = rows.ok_or_else(|| engine::Error::Bug("a query of ours gives a table".to_owned()))?;
        Ok(Table { rows: rows.iter().collect(), columns: rows.columns })
    }

    async fn incidents(
        &self,
        condition: &str,
        database: Arc<lake::Database>,
    ) -> Result<BTreeMap<i32, Incident>, Error> {
        let table = self.ask(&incident_rows::query(condition), database).await?;
        let found = (0..table.rows.len()).filter_map(|row| incident_rows::incident(&table, row));
        Ok(found.map(|incident| (incident.number, incident)).collect())
    }

    /// Has the lake a note of any run?
    pub fn has_run(&self) -> bool {
        self.state.seen.iter().any(|(table, version)| table == RUNS && version.is_some())
    }

    /// Takes note of runs: their alerts, the incidents that these change, and how far their rules have come, all of it or nothing. Gives the alerts.
    ///
    /// # Errors
    /// A lake that cannot be written to. Nothing is stored then, and the same runs can be handed in again.
    pub async fn record(&mut self, finished: &[Finished], now: i64) -> Result<Vec<Alerted>, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let known = self.known_alerts(finished).await?;
            let mut state = self.state.clone();
            let done = absorb(&mut state, finished, &known, now);
            if done.is_empty() {
                return Ok(vec![]);
            }
            let kept = self.kept(&state, &done, now)?;
            if self.keep(kept, state).await? {
                return Ok(done.into_iter().flat_map(|done| done.alerts).collect());
            }
        }
        Err(Error::Overtaken(self.lake.name().to_owned()))
    }

    /// Stores alerts of runs that are no runs of the watch: those that are there already are left out. Gives the others.
    ///
    /// # Errors
    /// A lake that cannot be written to.
    pub async fn add_alerts(&mut self, finished: &[Finished], now: i64) -> Result<Vec<Alerted>, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let again: Vec<Finished> = finished
                .iter()
                .map(|run| Finished { due: Due { is_again: true, ..run.due }, past: None, ..run.clone() })
                .collect();
            let known = self.known_alerts(&again).await?;
            let mut state = State { pasts: BTreeMap::new(), ..self.state.clone() };
            let mut done = vec![];
            for run in &again {
                // Each as if nothing were known of its rule.
                state.pasts.clear();
                done.extend(absorb(&mut state, std::slice::from_ref(run), &known, now));
            }
            state.pasts.clone_from(&self.state.pasts);
            let mut kept = self.kept(&state, &done, now)?;
            kept.rows.retain(|(table, _)| table != RUNS && table != "SentinelHealth");
            if self.keep(kept, state).await? {
                return Ok(done.into_iter().flat_map(|done| done.alerts).collect());
            }
        }
        Err(Error::Overtaken(self.lake.name().to_owned()))
    }

    /// Stores rows and takes on the state that they make; false when others were first, whose state is known then.
    async fn keep(&mut self, kept: Kept, state: State) -> Result<bool, Error> {
        match self.lake.keep(kept, &self.content, self.waits.as_ref()).await? {
            Outcome::Stored(seen) => self.state = State { seen, ..state },
            Outcome::Overtaken => {
                self.load().await?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Which alerts of windows that were run before are there.
    async fn known_alerts(&self, finished: &[Finished]) -> Result<BTreeSet<String>, Error> {
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for run in finished.iter().filter(|run| run.due.is_again) {
            if let Ok(ran) = &run.ended.outcome {
                ids.extend(raise(&run.rule, &ran.table, &run.due).into_iter().map(|raised| raised.id));
            }
        }
        if ids.is_empty() {
            return Ok(ids);
        }
        let listed: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        let query = format!("{ALERTS} | where SystemAlertId in ({}) | distinct SystemAlertId", listed.join(", "));
        let table = self.ask(&query, self.database().await?).await?;
        Ok((0..table.rows.len()).map(|row| cells::text_of(&table, row, "SystemAlertId")).collect())
    }

    fn kept(&self, state: &State, done: &[Done<'_>], now: i64) -> Result<Kept, Error> {
        let mut recorded = vec![];
        let mut alerts: Vec<Told<'_>> = vec![];
        for done in done {
            recorded.push(Recorded {
                rule: &done.run.rule,
                due: &done.run.due,
                ended: &done.run.ended,
                past: &done.past,
                alert_count: done.alerts.len(),
                entity_count: done.alerts.iter().map(|alerted| alerted.raised.alert.entities.len()).sum(),
                sequence: done.sequence,
                now,
            });
            alerts.extend(done.alerts.iter().map(|alerted| Told { rule: &alerted.rule, raised: &alerted.raised }));
        }
        let before = &self.state.incidents.by_number;
        let changed = state.incidents.by_number.values().filter(|after| before.get(&after.number) != Some(*after));
        let rows: Vec<(&str, Rows)> = vec![
            (ALERTS, security_alerts(&alerts, now)?),
            ("AlertInfo", alert_infos(&alerts, now)?),
            ("AlertEvidence", alert_evidence(&alerts, now)?),
            (INCIDENTS, security_incidents(changed)?),
            ("SentinelHealth", run_rows::health(&recorded)?),
            (RUNS, run_rows::runs(&recorded)?),
        ];
        let rows = rows.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect();
        Ok(Kept { rows, seen: self.state.seen.clone(), note: format!("watch: {} runs", done.len()) })
    }

    /// The incidents, the oldest first: those that match a condition of KQL over the columns of SecurityIncident.
    ///
    /// # Errors
    /// A lake that cannot be read.
    pub async fn list(&self, condition: &str) -> Result<Vec<Incident>, Error> {
        Ok(self.incidents(condition, self.database().await?).await?.into_values().collect())
    }

    /// Changes an incident, whatever others do meanwhile. Gives it as it is then.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no incident of that number, or with what `change` says.
    pub async fn change(
        &mut self,
        number: i32,
        change: &(dyn Fn(&mut Incident) -> Result<(), String> + Sync),
    ) -> Result<Incident, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let seen = self.lake.versions(&[INCIDENTS]).await?;
            let mut found = self.list(&format!("IncidentNumber == {number}")).await?;
            let Some(mut incident) = found.pop() else {
                return Err(Error::Refused(format!("there is no incident {number}")));
            };
            change(&mut incident).map_err(Error::Refused)?;
            let rows = vec![(INCIDENTS.to_owned(), security_incidents(std::iter::once(&incident))?)];
            let kept = Kept { rows, seen, note: format!("incident {number}") };
            if let Outcome::Stored(_) = self.lake.keep(kept, &self.content, self.waits.as_ref()).await? {
                return Ok(incident);
            }
        }
        Err(Error::Overtaken(self.lake.name().to_owned()))
    }
}

/// A run that is taken note of.
struct Done<'a> {
    run: &'a Finished,
    past: Past,
    sequence: i64,
    alerts: Vec<Alerted>,
}

/// What runs change. A run is dropped when its rule has come further, or elsewhere, than when it was due: somebody else has done it.
fn absorb<'a>(state: &mut State, finished: &'a [Finished], known: &BTreeSet<String>, now: i64) -> Vec<Done<'a>> {
    let mut done = vec![];
    for run in finished {
        let key = rule_key(&run.rule);
        if state.pasts.get(&key) != run.past.as_ref() {
            continue;
        }
        let mut alerts = vec![];
        if let Ok(ran) = &run.ended.outcome {
            let raised = raise(&run.rule, &ran.table, &run.due);
            for raised in raised.into_iter().filter(|raised| !known.contains(&raised.id)) {
                let filed = state.incidents.file(&run.rule, &raised, now);
                alerts.push(Alerted { rule: Arc::clone(&run.rule), raised, filed });
            }
        }
        let silence = run.rule.aftermath.suppression_seconds.filter(|_| !alerts.is_empty());
        let silence = silence.map(|seconds| seconds.saturating_mul(SECOND));
        let past = ran(&run.due, run.past.as_ref(), now, silence);
        state.sequence += 1;
        state.rewound.remove(&key);
        state.pasts.insert(key, past);
        done.push(Done { run, past, sequence: state.sequence, alerts });
    }
    done
}

impl State {
    /// Puts a rule's past back, because the clock was set back.
    pub fn rewind(&mut self, key: &str, past: Past) {
        if let Some(before) = self.pasts.insert(key.to_owned(), past) {
            let stored = self.rewound.get(key).map_or(before, |(stored, _)| *stored);
            self.rewound.insert(key.to_owned(), (stored, past));
        }
    }
}

/// What runs would have raised, without a lake: for replays. `state` goes from call to call.
pub fn pretend(state: &mut State, finished: &[Finished], now: i64) -> Vec<Alerted> {
    absorb(state, finished, &BTreeSet::new(), now).into_iter().flat_map(|done| done.alerts).collect()
}

#[cfg(test)]
mod tests;
