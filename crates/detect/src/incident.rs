//! Alerts → incidents, and what people do with them.
//!
//! In: alerts as they are raised, and the incidents that there are. Out: incidents that are new, that have one more alert, or that are open again. A
//! function of its arguments: the clock is passed in, and nothing is read or stored here. Times are ticks.
//!
//! Source: learn.microsoft.com/azure/sentinel/create-analytics-rules and the table reference of SecurityIncident.

mod grouping;

use std::collections::{BTreeMap, BTreeSet};

use lake::guid_of;

use crate::raise::{Raised, rule_key};
use crate::rule::{Rule, Severity};
pub use grouping::group_key;

/// Sentinel puts no more alerts into one incident; the next one starts another.
pub const ALERTS_PER_INCIDENT_MAX: usize = 150;
/// Times are stored in microseconds; two changes of an incident differ by one at least.
const MICROSECOND: i64 = 10;
/// Comments of one incident.
const COMMENTS_MAX: usize = 100;

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody has looked at it.
    New,
    /// Somebody does.
    Active,
    /// It is done with.
    Closed,
}

impl Status {
    /// Sentinel's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Active => "Active",
            Self::Closed => "Closed",
        }
    }

    /// The status of that name, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::New, Self::Active, Self::Closed].into_iter().find(|status| status.name().eq_ignore_ascii_case(name))
    }
}

/// What an incident turned out to be, and the reasons that Sentinel knows for it.
pub const CLASSIFICATIONS: [(&str, &[&str]); 4] = [
    ("TruePositive", &["SuspiciousActivity"]),
    ("BenignPositive", &["SuspiciousButExpected"]),
    ("FalsePositive", &["IncorrectAlertLogic", "InaccurateData"]),
    ("Undetermined", &[]),
];

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who.
    pub author: String,
    /// When.
    pub time: i64,
    /// What.
    pub message: String,
}

/// What a person is to look into.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Counts up from 1.
    pub number: i32,
    /// Of a GUID's form.
    pub name: String,
    /// The title of its first alert.
    pub title: String,
    /// What that alert says.
    pub description: String,
    /// The highest of its alerts, unless somebody set it.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// What it turned out to be; empty until it is closed.
    pub classification: String,
    /// Why.
    pub classification_reason: String,
    /// And in words.
    pub classification_comment: String,
    /// Who looks into it; empty when nobody does.
    pub owner: String,
    /// Its alerts, oldest first.
    pub alert_ids: Vec<String>,
    /// The rules of its alerts.
    pub rule_ids: Vec<String>,
    /// ATT&CK tactics of its alerts.
    pub tactics: BTreeSet<String>,
    /// ATT&CK techniques of its alerts.
    pub techniques: BTreeSet<String>,
    /// What was written about it, oldest first.
    pub comments: Vec<Comment>,
    /// When it was made.
    pub created: i64,
    /// When it was first changed.
    pub first_modified: Option<i64>,
    /// When it was last changed.
    pub modified: i64,
    /// Who changed it last.
    pub modified_by: String,
    /// When it was closed.
    pub closed: Option<i64>,
    /// The time of its first event.
    pub first_activity: i64,
    /// The time of its last.
    pub last_activity: i64,
    /// What its alerts have in common; empty when it takes no more.
    pub group_key: String,
    /// When its first alert was due: its look-back counts from there.
    pub grouped_from: i64,
}

/// All incidents that may still change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Incidents {
    /// By number.
    pub by_number: BTreeMap<i32, Incident>,
    /// The highest number that was ever given.
    pub last_number: i32,
}

/// What became of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// It made an incident.
    New(i32),
    /// It joined one.
    Joined(i32),
    /// It opened one again.
    Reopened(i32),
    /// Its rule makes no incidents.
    Nowhere,
}

impl Filed {
    /// The incident that the alert is in.
    pub fn number(self) -> Option<i32> {
        match self {
            Self::New(number) | Self::Joined(number) | Self::Reopened(number) => Some(number),
            Self::Nowhere => None,
        }
    }
}

impl Incidents {
    /// Puts an alert where it belongs.
    pub fn file(&mut self, rule: &Rule, raised: &Raised, now: i64) -> Filed {
        if !rule.aftermath.creates_incidents {
            return Filed::Nowhere;
        }
        let grouping = rule.aftermath.grouping.as_ref();
        let key = grouping.map(|grouping| group_key(rule, &grouping.matching, raised)).unwrap_or_default();
        if let Some(grouping) = grouping {
            let lookback = grouping.lookback_seconds.saturating_mul(crate::schedule::SECOND);
            let takes = |incident: &&mut Incident| {
                incident.group_key == key
                    && incident.alert_ids.len() < ALERTS_PER_INCIDENT_MAX
                    && raised.due.now.saturating_sub(incident.grouped_from) <= lookback
                    && (incident.status != Status::Closed || grouping.reopens)
            };
            if let Some(incident) = self.by_number.values_mut().rev().find(takes) {
                let is_closed = incident.status == Status::Closed;
                incident.join(raised, now);
                return match is_closed {
                    true => Filed::Reopened(incident.number),
                    false => Filed::Joined(incident.number),
                };
            }
        }
        self.last_number = self.last_number.saturating_add(1);
        let incident = Incident::new(self.last_number, rule, raised, key, now);
        self.by_number.insert(self.last_number, incident);
        Filed::New(self.last_number)
    }
}

impl Incident {
    fn new(number: i32, rule: &Rule, raised: &Raised, group_key: String, now: i64) -> Self {
        let alert = &raised.alert;
        Self {
            number,
            name: guid_of(&["incident", &raised.id]),
            title: alert.title.clone(),
            description: alert.description.clone(),
            severity: alert.severity,
            status: Status::New,
            classification: String::new(),
            classification_reason: String::new(),
            classification_comment: String::new(),
            owner: String::new(),
            alert_ids: vec![raised.id.clone()],
            rule_ids: vec![rule_key(rule)],
            tactics: alert.tactics.iter().cloned().collect(),
            techniques: alert.techniques.iter().cloned().collect(),
            comments: vec![],
            created: now,
            first_modified: None,
            modified: now,
            modified_by: "Incident created from alert".to_owned(),
            closed: None,
            first_activity: raised.start,
            last_activity: raised.end,
            group_key,
            grouped_from: raised.due.now,
        }
    }

    /// Takes one more alert; an incident that was closed is looked into again.
    fn join(&mut self, raised: &Raised, now: i64) {
        self.touch("Alert added to the incident", now);
        if self.status == Status::Closed {
            self.status = Status::Active;
            self.closed = None;
            for words in [&mut self.classification, &mut self.classification_reason, &mut self.classification_comment] {
                words.clear();
            }
        }
        self.severity = self.severity.max(raised.alert.severity);
        self.alert_ids.push(raised.id.clone());
        self.tactics.extend(raised.alert.tactics.iter().cloned());
        self.techniques.extend(raised.alert.techniques.iter().cloned());
        self.first_activity = self.first_activity.min(raised.start);
        self.last_activity = self.last_activity.max(raised.end);
    }

    /// Gives it to somebody; to nobody with an empty name. Whoever gets it looks into it.
    pub fn assign(&mut self, owner: &str, who: &str, now: i64) {
        self.touch(who, now);
        self.owner = owner.to_owned();
        if self.status == Status::New && !owner.is_empty() {
            self.status = Status::Active;
        }
    }

    /// Closes it.
    ///
    /// # Errors
    /// A classification that there is none, or a reason that does not belong to it, with those that do.
    pub fn close(&mut self, verdict: Verdict<'_>, who: &str, now: i64) -> Result<(), String> {
        let known = CLASSIFICATIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(verdict.classification));
        let Some((name, reasons)) = known else {
            let names: Vec<&str> = CLASSIFICATIONS.iter().map(|(name, _)| *name).collect();
            return Err(format!("`{}` is none of {}", verdict.classification, names.join(", ")));
        };
        let reason = match verdict.reason {
            None => reasons.first().copied().unwrap_or_default(),
            Some(reason) => match reasons.iter().find(|known| known.eq_ignore_ascii_case(reason)) {
                Some(known) => known,
                None if reasons.is_empty() => return Err(format!("{name} has no reason, found `{reason}`")),
                None => return Err(format!("`{reason}` is no reason of {name}; expected {}", reasons.join(" or "))),
            },
        };
        self.touch(who, now);
        self.status = Status::Closed;
        self.closed = Some(self.modified);
        self.classification = (*name).to_owned();
        self.classification_reason = reason.to_owned();
        self.classification_comment = verdict.comment.to_owned();
        Ok(())
    }

    /// Writes something about it.
    ///
    /// # Errors
    /// When there are too many comments, or nothing is said.
    pub fn comment(&mut self, message: &str, who: &str, now: i64) -> Result<(), String> {
        if message.trim().is_empty() {
            return Err("a comment says something".to_owned());
        }
        if self.comments.len() >= COMMENTS_MAX {
            return Err(format!("incident {} has {COMMENTS_MAX} comments, and can have no more", self.number));
        }
        self.touch(who, now);
        self.comments.push(Comment { author: who.to_owned(), time: self.modified, message: message.to_owned() });
        Ok(())
    }

    /// Each change is later than the one before, whatever the clock says: the latest row of an incident is its state.
    fn touch(&mut self, who: &str, now: i64) {
        self.modified = now.max(self.modified.saturating_add(MICROSECOND));
        self.first_modified.get_or_insert(self.modified);
        self.modified_by = who.to_owned();
    }
}

/// What an incident turned out to be.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// One of [`CLASSIFICATIONS`].
    pub classification: &'a str,
    /// One of its reasons; the first of them when `None`.
    pub reason: Option<&'a str>,
    /// In words.
    pub comment: &'a str,
}

#[cfg(test)]
mod tests;
