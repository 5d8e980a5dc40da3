//! The clock → runs that are due.
//!
//! In: how a rule runs, what is known of its runs, and the clock. Out: the oldest window that is due and was not run, if there is one. A function of its
//! arguments: nobody is asked what time it is. Times are ticks.
//!
//! Windows of a rule end on multiples of its frequency, counted from the year 1, so that a replay has the same windows as the watch had. A window is
//! run once the clock is `delay` past its end, because events take time to arrive. What was not run for whatever reason (the machine was off, the rule is
//! slower than its frequency) is caught up, oldest first, as far back as `catch_up`; what is older is given up and counted. A rule in near real time has
//! windows of arrival and not of event time: the rows that came in since the last one, each of them once.

use crate::rule::Kind;

/// Ticks of a second.
pub const SECOND: i64 = 10_000_000;
/// Rules in near real time run once a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// A clock is set by less than that all the time.
const JITTER: i64 = 2 * SECOND;

/// How the clock is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A window is run so long after its end.
    pub delay: i64,
    /// Windows that ended longer ago are given up.
    pub catch_up: i64,
}

impl Default for Policy {
    /// Sentinel's own delay of five minutes, and a day.
    fn default() -> Self {
        Self { delay: 5 * MINUTE, catch_up: 24 * 60 * MINUTE }
    }
}

/// What is known of a rule's runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Past {
    /// The end of the last window.
    pub end: i64,
    /// The furthest end that any window had; later than `end` when the clock went back.
    pub furthest: i64,
    /// What the clock said at the last run.
    pub ran_at: i64,
    /// Rows that had come in by then were seen by a rule in near real time.
    pub ingested: i64,
    /// Windows that end before are not run, because the rule has alerted.
    pub silent_until: i64,
}

/// By what a window has its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// When events happened: from the start, before the end.
    Event,
    /// When rows came in: after the start, up to the end.
    Ingestion,
}

/// A run that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What its window is of.
    pub axis: Axis,
    /// Where its window starts.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// What `now()` is, and when the alert is taken to be raised.
    pub now: i64,
    /// Was such a window run before, at another time of the clock? Then its alerts may be there already.
    pub is_again: bool,
    /// How many windows before it were given up as too old.
    pub given_up: u64,
}

/// The oldest run of a rule that is due. `ingested` is the newest time at which a row came into the lake.
pub fn next(kind: Kind, past: Option<&Past>, now: i64, ingested: i64, policy: Policy) -> Option<Due> {
    match kind {
        Kind::Scheduled(schedule) => {
            let (frequency, period) = (schedule.frequency_seconds.max(1), schedule.period_seconds);
            next_window(frequency.saturating_mul(SECOND), period.saturating_mul(SECOND), past, now, policy)
        }
        Kind::NearRealTime => next_arrivals(past, now, ingested, policy),
        Kind::Hunting => None,
    }
}

/// The same over time that has passed: nobody knows when rows would have come in, so near real time is each minute of event time.
pub fn next_in_replay(kind: Kind, past: &Past, until: i64) -> Option<Due> {
    let policy = Policy { delay: 0, catch_up: i64::MAX };
    match kind {
        Kind::NearRealTime => next_window(MINUTE, MINUTE, Some(past), until, policy),
        Kind::Scheduled(_) | Kind::Hunting => next(kind, Some(past), until, 0, policy),
    }
}

fn next_window(frequency: i64, period: i64, past: Option<&Past>, now: i64, policy: Policy) -> Option<Due> {
    let latest = grid(now.saturating_sub(policy.delay), frequency);
    let (mut end, mut given_up) = (latest, 0);
    if let Some(past) = past {
        end = grid(past.end, frequency).saturating_add(frequency);
        let oldest = grid(latest.saturating_sub(policy.catch_up).saturating_add(frequency - 1), frequency);
        if end < oldest {
            given_up = u64::try_from((oldest - end) / frequency).unwrap_or(0);
            end = oldest;
        }
        if end < past.silent_until {
            end = grid(past.silent_until.saturating_add(frequency - 1), frequency);
        }
    }
    let is_again = past.is_some_and(|past| end <= past.furthest);
    let start = end.saturating_sub(period);
    (end <= latest).then_some(Due { axis: Axis::Event, start, end, now: end, is_again, given_up })
}

/// The multiple at or before a time.
fn grid(time: i64, step: i64) -> i64 {
    time.div_euclid(step).saturating_mul(step)
}

fn next_arrivals(past: Option<&Past>, now: i64, ingested: i64, policy: Policy) -> Option<Due> {
    // A clock that went back must not keep the rule waiting.
    let is_time = past.is_none_or(|past| now < past.ran_at || now - past.ran_at >= MINUTE);
    let is_silent = past.is_some_and(|past| now < past.silent_until);
    if !is_time || is_silent {
        return None;
    }
    let seen = past.map_or(now - MINUTE, |past| past.ingested.max(past.silent_until));
    let start = seen.max(ingested.saturating_sub(policy.catch_up));
    let given_up = u64::from(start > seen);
    let due = Due { axis: Axis::Ingestion, start, end: ingested, now, is_again: false, given_up };
    (start < ingested).then_some(due)
}

/// What is known of a rule after a run, or after a failed one that is not tried again.
pub fn ran(due: &Due, past: Option<&Past>, clock: i64, silence: Option<i64>) -> Past {
    let past = past.copied().unwrap_or_default();
    let (end, ingested) = match due.axis {
        Axis::Event => (due.end, past.ingested),
        Axis::Ingestion => (past.end, due.end),
    };
    Past {
        end,
        furthest: past.furthest.max(end),
        ran_at: clock,
        ingested,
        silent_until: silence.map_or(past.silent_until, |ticks| due.now.saturating_add(ticks)),
    }
}

/// What a clock says, beside one that is never set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The clock.
    pub now: i64,
    /// Ticks since some moment, always forward.
    pub steady: i64,
}

/// Sees when the clock is set.
#[derive(Debug, Default)]
pub struct Clock {
    last: Option<Reading>,
    /// What it said before it was set forward.
    before_jump: Option<i64>,
}

impl Clock {
    /// Takes a reading. When the clock was set back, gives the time since which windows may have been run too early: while it was ahead, they
    /// ended before their events happened.
    pub fn read(&mut self, reading: Reading) -> Option<i64> {
        let last = self.last.replace(reading)?;
        let expected = last.now.saturating_add(reading.steady.saturating_sub(last.steady));
        if reading.now > expected.saturating_add(JITTER) {
            self.before_jump.get_or_insert(last.now);
            return None;
        }
        if reading.now.saturating_add(JITTER) < expected {
            return Some(self.before_jump.take().unwrap_or(reading.now).min(reading.now));
        }
        None
    }
}

/// What is known of a rule whose windows since a time are to be run again.
pub fn rewound(past: &Past, since: i64, silence: Option<i64>, policy: Policy) -> Past {
    let began = silence.map_or(i64::MIN, |ticks| past.silent_until.saturating_sub(ticks));
    Past {
        end: past.end.min(since.saturating_sub(policy.delay)),
        silent_until: if began > since { 0 } else { past.silent_until },
        ..*past
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Schedule, TriggerOperator};

    fn every(frequency_minutes: i64, period_minutes: i64) -> Kind {
        Kind::Scheduled(Schedule {
            frequency_seconds: frequency_minutes * 60,
            period_seconds: period_minutes * 60,
            operator: TriggerOperator::GreaterThan,
            threshold: 0,
        })
    }

    fn at(text: &str) -> i64 {
        semantics::time::parse_datetime(&format!("2024-05-01T{text}Z")).expect("a time")
    }

    const POLICY: Policy = Policy { delay: 0, catch_up: 24 * 60 * MINUTE };

    /// Ends of all windows that are run until the clock says `now`, one after another, and what is known afterwards.
    fn drain(kind: Kind, past: &mut Option<Past>, now: i64, policy: Policy) -> Vec<Due> {
        let mut runs = vec![];
        while let Some(due) = next(kind, past.as_ref(), now, 0, policy) {
            *past = Some(ran(&due, past.as_ref(), now, None));
            runs.push(due);
            assert!(runs.len() < 1000, "a schedule comes to an end");
        }
        runs
    }

    fn ends(runs: &[Due]) -> Vec<i64> {
        runs.iter().map(|due| due.end).collect()
    }

    #[test]
    fn the_first_run_is_at_once_and_looks_back_a_period() {
        let due = next(every(5, 60), None, at("10:07:30"), 0, POLICY).expect("due");
        assert_eq!((due.start, due.end, due.now), (at("09:05:00"), at("10:05:00"), at("10:05:00")));
        // Sentinel runs five minutes late: at 10:07:30 the window that ended at 10:00 is the last that may be run.
        let late = next(every(5, 60), None, at("10:07:30"), 0, Policy::default()).expect("due");
        assert_eq!(late.end, at("10:00:00"));
    }

    #[test]
    fn windows_that_were_missed_are_caught_up_oldest_first_within_the_limit() {
        let mut past = None;
        assert_eq!(drain(every(5, 5), &mut past, at("10:00:00"), POLICY).len(), 1);
        let runs = drain(every(5, 5), &mut past, at("10:16:00"), POLICY);
        assert_eq!(ends(&runs), [at("10:05:00"), at("10:10:00"), at("10:15:00")]);
        assert!(runs.iter().all(|due| !due.is_again && due.given_up == 0));
        assert_eq!(drain(every(5, 5), &mut past, at("10:19:59"), POLICY), []);
        // Twenty minutes off, and ten are caught up: of 10:20, 10:25, 10:30, 10:35 the first two are given up.
        let short = Policy { catch_up: 5 * MINUTE, ..POLICY };
        let runs = drain(every(5, 5), &mut past, at("10:36:00"), short);
        assert_eq!(ends(&runs), [at("10:30:00"), at("10:35:00")]);
        assert_eq!((runs[0].given_up, runs[1].given_up), (2, 0));
    }

    /// Windows follow each other without a gap and without an overlap when the period is the frequency, whenever the loop comes round.
    #[test]
    fn a_rule_slower_than_its_frequency_loses_no_window() {
        let (mut past, mut runs) = (None, vec![]);
        let mut clock = at("10:00:00");
        for _ in 0..20 {
            if let Some(due) = next(every(1, 1), past.as_ref(), clock, 0, POLICY) {
                // A minute's window takes ninety seconds.
                clock += 90 * SECOND;
                past = Some(ran(&due, past.as_ref(), clock, None));
                runs.push(due);
            }
        }
        assert_eq!(runs.len(), 20);
        assert!(runs.windows(2).all(|pair| pair[0].end == pair[1].start), "{runs:?}");
    }

    #[test]
    fn another_frequency_leaves_no_gap() {
        let mut past = None;
        drain(every(5, 5), &mut past, at("10:25:00"), POLICY);
        let runs = drain(every(10, 10), &mut past, at("10:41:00"), POLICY);
        assert_eq!(ends(&runs), [at("10:30:00"), at("10:40:00")]);
        assert_eq!(runs[0].start, at("10:20:00"));
    }

    /// "Stop running query after alert is generated": not run for that long, and what was not run then is not caught up.
    #[test]
    fn a_rule_that_alerted_stays_silent() {
        let due = next(every(5, 5), None, at("10:00:00"), 0, POLICY).expect("due");
        let past = ran(&due, None, at("10:00:01"), Some(20 * MINUTE));
        assert_eq!(past.silent_until, at("10:20:00"));
        assert_eq!(next(every(5, 5), Some(&past), at("10:19:59"), 0, POLICY), None);
        let due = next(every(5, 5), Some(&past), at("10:31:00"), 0, POLICY).expect("due");
        assert_eq!((due.end, due.given_up), (at("10:20:00"), 0));
    }

    #[test]
    fn near_real_time_sees_what_came_in_once() {
        let nrt = Kind::NearRealTime;
        let (now, came) = (at("10:00:00"), at("09:59:50"));
        let due = next(nrt, None, now, came, POLICY).expect("due");
        assert_eq!((due.axis, due.start, due.end, due.now), (Axis::Ingestion, at("09:59:00"), came, now));
        let past = ran(&due, None, now, None);
        assert_eq!(next(nrt, Some(&past), at("10:00:59"), at("10:00:30"), POLICY), None, "not a minute yet");
        assert_eq!(next(nrt, Some(&past), at("10:01:00"), came, POLICY), None, "nothing came");
        let due = next(nrt, Some(&past), at("10:01:00"), at("10:00:30"), POLICY).expect("due");
        assert_eq!((due.start, due.end), (came, at("10:00:30")));
        // A day and a half without a run: what came in more than a day before the newest is given up, and said.
        let later = at("10:00:30") + 36 * 60 * MINUTE;
        let due = next(nrt, Some(&past), later, later, POLICY).expect("due");
        assert_eq!((due.start, due.given_up), (later - POLICY.catch_up, 1));
        // The clock went back: rows are counted by when they came in, which never goes back.
        let due = next(nrt, Some(&past), at("09:00:00"), at("10:00:40"), POLICY).expect("due");
        assert_eq!((due.start, due.end), (came, at("10:00:40")));
    }

    fn reading(now: &str, steady_seconds: i64) -> Reading {
        Reading { now: at(now), steady: steady_seconds * SECOND }
    }

    #[test]
    fn a_clock_that_runs_is_not_set() {
        let mut clock = Clock::default();
        for (now, steady) in [("10:00:00", 0), ("10:00:30", 30), ("10:01:01", 60), ("10:01:29", 90)] {
            assert_eq!(clock.read(reading(now, steady)), None);
        }
    }

    /// The clock says an hour more from 10:10 on, and is set right at 10:40. Meanwhile all windows ended before their events happened.
    #[test]
    fn an_hour_forth_and_back_loses_nothing() {
        let mut clock = Clock::default();
        let mut past = None;
        clock.read(reading("10:10:00", 0));
        drain(every(5, 5), &mut past, at("10:10:00"), POLICY);
        assert_eq!(clock.read(reading("11:11:00", 60)), None);
        let early = drain(every(5, 5), &mut past, at("11:11:00"), POLICY);
        assert_eq!((early.first().map(|due| due.end), early.len()), (Some(at("10:15:00")), 12));
        let since = clock.read(reading("10:40:00", 1_800)).expect("set back");
        assert_eq!(since, at("10:10:00"));
        past = past.map(|past| rewound(&past, since, None, POLICY));
        let again = drain(every(5, 5), &mut past, at("10:40:00"), POLICY);
        let expected: Vec<i64> = (3..=8).map(|five| at("10:00:00") + five * 5 * MINUTE).collect();
        assert_eq!(ends(&again), expected);
        assert!(again.iter().all(|due| due.is_again), "what was found too early is not to be told twice");
        // Windows up to 11:10 were run before; later ones were not.
        let rest = drain(every(5, 5), &mut past, at("11:20:00"), POLICY);
        assert_eq!(rest.iter().filter(|due| !due.is_again).count(), 2);
    }

    #[test]
    fn an_hour_back_and_forth_doubles_nothing() {
        let mut clock = Clock::default();
        let mut past = None;
        clock.read(reading("11:00:00", 0));
        drain(every(5, 5), &mut past, at("11:00:00"), POLICY);
        let since = clock.read(reading("10:00:00", 0)).expect("set back");
        assert_eq!(since, at("10:00:00"));
        past = past.map(|past| rewound(&past, since, None, POLICY));
        assert!(drain(every(5, 5), &mut past, at("10:20:00"), POLICY).iter().all(|due| due.is_again));
        assert_eq!(clock.read(reading("11:21:00", 1_260)), None);
        let runs = drain(every(5, 5), &mut past, at("11:21:00"), POLICY);
        let new: Vec<i64> = runs.iter().filter(|due| !due.is_again).map(|due| due.end).collect();
        assert_eq!(new, [at("11:05:00"), at("11:10:00"), at("11:15:00"), at("11:20:00")]);
    }

    /// Silence that began while the clock was ahead says nothing about now.
    #[test]
    fn silence_from_a_wrong_clock_is_none() {
        let past = Past { end: at("11:00:00"), silent_until: at("12:00:00"), ..Past::default() };
        assert_eq!(rewound(&past, at("10:10:00"), Some(60 * MINUTE), POLICY).silent_until, 0);
        let before = Past { silent_until: at("10:30:00"), ..past };
        assert_eq!(rewound(&before, at("10:10:00"), Some(60 * MINUTE), POLICY).silent_until, at("10:30:00"));
    }

    #[test]
    fn a_replay_has_the_windows_of_the_watch() {
        let mut past = Past { end: at("10:00:00"), ..Past::default() };
        let mut runs = vec![];
        while let Some(due) = next_in_replay(every(15, 60), &past, at("11:00:00")) {
            past = ran(&due, Some(&past), due.end, None);
            runs.push(due);
        }
        let mut live = Some(Past { end: at("10:00:00"), ..Past::default() });
        assert_eq!(ends(&runs), ends(&drain(every(15, 60), &mut live, at("11:00:00"), POLICY)));
        let minute =
            next_in_replay(Kind::NearRealTime, &Past { end: at("10:00:00"), ..Past::default() }, at("11:00:00"));
        assert_eq!(
            minute.map(|due| (due.axis, due.start, due.end)),
            Some((Axis::Event, at("10:00:00"), at("10:01:00")))
        );
    }

    #[test]
    fn hunting_queries_are_never_due() {
        assert_eq!(next(Kind::Hunting, None, at("10:00:00"), 0, POLICY), None);
    }
}
