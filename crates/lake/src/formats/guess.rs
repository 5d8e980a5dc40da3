//! Tells which table a row is of.
//!
//! In: a row's keys, and the known tables. Out: a table's name, or none. A row may say it itself (`Type`, an Event Hub's `category`); else it
//! is the table that has all of the row's keys, or all but a few, and fewest columns besides. Knows nothing of file names.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap};

use super::cell;
use crate::ingest::CUSTOM_END;
use crate::record::Tables;

/// Keys that name the row's table and are no data; Sentinel's `Type` is a column in some tables as well.
pub(super) const ROUTING_KEYS: [&str; 4] = ["Type", "TableName", "$table", "SourceTable"];

/// Keys that a row needs to be told by them: two or three names fit tables by chance.
const KEYS_MIN: usize = 3;

/// The same where rows of no known table are expected: an application's log has a time, a computer and a message, too.
const KEYS_MIN_WARY: usize = 8;

/// Of five keys, one may be unknown to the table: exports carry columns newer than any list, and columns that a query computed.
const KNOWN_PER_UNKNOWN: usize = 4;

/// Rows differ in which keys have values; past so many shapes the answers are forgotten and found again.
const SHAPES_MAX: usize = 10_000;

/// So many searches pass over tables whose schema, unread, does not mention the keys; after them reading every schema once is cheaper.
const HINTED_MAX: u32 = 64;

/// Tells tables by columns.
pub(crate) struct Guess<'t> {
    known: &'t dyn Tables,
    /// Named when the first row asks: event logs and Zeek logs never do.
    slots: OnceCell<Vec<Slot>>,
    searches: Cell<u32>,
    hasher: DefaultHashBuilder,
    /// Answers by the hash of keys and kind of action.
    answers: HashMap<u64, Option<usize>>,
    is_wary: bool,
}

/// A table that a row may be of. Its schema is read when a row may be: there are a thousand.
struct Slot {
    name: String,
    candidate: OnceCell<Option<Candidate>>,
}

impl Slot {
    fn candidate(&self, known: &dyn Tables) -> Option<&Candidate> {
        let read = || {
            known.schema(&self.name).map(|schema| Candidate {
                columns: schema.columns.iter().map(|column| column.name.clone()).collect(),
                compat: schema.compat.iter().map(|compat| compat.name.clone()).collect(),
            })
        };
        self.candidate.get_or_init(read).as_ref()
    }
}

struct Candidate {
    columns: HashSet<String>,
    compat: HashSet<String>,
}

impl<'t> Guess<'t> {
    /// Knows those tables.
    pub(crate) fn new(known: &'t dyn Tables) -> Self {
        Self {
            known,
            slots: OnceCell::new(),
            searches: Cell::new(0),
            hasher: DefaultHashBuilder::default(),
            answers: HashMap::new(),
            is_wary: false,
        }
    }

    /// The same, but where rows of no known table are expected, few or strange columns tell none.
    pub(super) fn wary(self) -> Self {
        Self { is_wary: true, ..self }
    }

    fn slots(&self) -> &[Slot] {
        self.slots.get_or_init(|| {
            let slot = |name| Slot { name, candidate: OnceCell::new() };
            self.known.names().into_iter().map(slot).collect()
        })
    }

    /// The name at that place, if its schema can be had.
    fn name(&self, at: usize) -> Option<&str> {
        let slot = self.slots().get(at)?;
        slot.candidate(self.known).map(|_| slot.name.as_str())
    }

    /// The table of exactly that name, as the row says it.
    pub(super) fn named(&self, name: &str) -> Option<&str> {
        self.place_of(name).and_then(|at| self.name(at))
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        self.slots().iter().position(|slot| slot.name == name)
    }

    /// The table of a row with those keys, when the keys alone tell.
    pub(super) fn table_of_keys<'c>(
        &mut self,
        keys: impl Iterator<Item = &'c str> + Clone,
        action: Option<&str>,
    ) -> Option<&str> {
        self.cached(keys, action).and_then(|at| self.name(at))
    }

    /// The table of a row.
    pub(super) fn table_of<'c>(
        &mut self,
        cells: impl Iterator<Item = (&'c str, cell::Cell<'c>)> + Clone,
    ) -> Option<&str> {
        let mut action = None;
        for (key, cell) in cells.clone() {
            if ROUTING_KEYS.contains(&key)
                && let Some(at) =
                    cell.as_str().and_then(|name| self.place_of(name)).filter(|at| self.name(*at).is_some())
            {
                return self.name(at);
            }
            if ROUTING_KEYS.contains(&key) && cell.as_str().is_some_and(|name| name.ends_with(CUSTOM_END)) {
                return None;
            }
            if key == "ActionType" {
                action = cell.as_str().and_then(action_table);
            }
        }
        // An export of one table carries all of its columns, empty ones too; an export of several carries those of all, so that only the
        // keys with a value tell.
        let all = self.cached(cells.clone().map(|(key, _)| key), action);
        let found = all.or_else(|| self.cached(cells.filter(|(_, cell)| !cell.is_empty()).map(|(key, _)| key), action));
        found.and_then(|at| self.name(at))
    }

    /// The table with those columns.
    pub(super) fn table_with(&self, keys: &[&str]) -> Option<&str> {
        self.find(keys, None).and_then(|at| self.name(at))
    }

    fn cached<'k>(&mut self, keys: impl Iterator<Item = &'k str> + Clone, action: Option<&str>) -> Option<usize> {
        let hash = hash_of(&self.hasher, keys.clone(), action);
        if let Some(answer) = self.answers.get(&hash) {
            return *answer;
        }
        let keys: Vec<&str> = keys.filter(|key| !ROUTING_KEYS.contains(key)).collect();
        let answer = self.find(&keys, action);
        if self.answers.len() >= SHAPES_MAX {
            self.answers.clear();
        }
        self.answers.insert(hash, answer);
        answer
    }

    fn find(&self, keys: &[&str], action: Option<&str>) -> Option<usize> {
        if keys.len() < if self.is_wary { KEYS_MIN_WARY } else { KEYS_MIN } {
            return None;
        }
        let unknown_max = if self.is_wary { 0 } else { keys.len() / (KNOWN_PER_UNKNOWN + 1) };
        self.searches.set(self.searches.get().saturating_add(1));
        let is_hinted = self.searches.get() <= HINTED_MAX;
        let ranked = self.slots().iter().enumerate().filter_map(|(at, slot)| {
            if is_hinted && slot.candidate.get().is_none() {
                let mut words = keys.iter().map(|key| column_of(key).unwrap_or(key));
                self.known.may_have(&slot.name, &mut words, unknown_max).then_some(())?;
            }
            let table = slot.candidate(self.known)?;
            let (mut unknown, mut stand_ins) = (0, 0);
            for key in keys {
                let key = column_of(key).filter(|_| !table.columns.contains(*key)).unwrap_or(key);
                if !table.columns.contains(key) {
                    stand_ins += usize::from(table.compat.contains(key));
                    unknown += usize::from(!table.compat.contains(key));
                }
            }
            let is_action_elsewhere = action.is_some_and(|action| action != slot.name);
            (unknown <= unknown_max).then_some((unknown, is_action_elsewhere, stand_ins, table.columns.len(), at))
        });
        ranked.min().map(|(.., at)| at)
    }
}

/// A hash of keys in their order, and of the table of their row's action.
pub(super) fn hash_of<'k>(
    hasher: &DefaultHashBuilder,
    keys: impl Iterator<Item = &'k str>,
    action: Option<&str>,
) -> u64 {
    keys.fold(hasher.hash_one(action), |hash, key| hash.rotate_left(5) ^ hasher.hash_one(key))
}

/// The column that a key of a union stands for: Kusto's `union` writes `ReportId_long` where two tables' types differ.
pub(super) fn column_of(key: &str) -> Option<&str> {
    let (column, ty) = key.rsplit_once('_')?;
    let is_type = !column.is_empty() && semantics::Type::ALL.iter().any(|known| known.name() == ty);
    is_type.then_some(column)
}

/// The table of an ActionType that only one table has.
///
/// Source: the `ActionType` values that learn.microsoft.com/defender-xdr lists table by table.
pub(super) fn action_table(action: &str) -> Option<&'static str> {
    // One row for an hour of equal events: learn.microsoft.com/defender-endpoint/aggregated-reporting.
    let action = action.strip_suffix("AggregatedReport").unwrap_or(action);
    Some(match action {
        "ConnectionSuccess"
        | "ConnectionFailed"
        | "ConnectionRequest"
        | "ConnectionFound"
        | "ConnectionAttempt"
        | "ConnectionAcknowledged"
        | "InboundConnectionAccepted"
        | "InboundConnectionAttempt"
        | "InboundInternetScanInspected"
        | "ListeningConnectionCreated"
        | "NetworkSignatureInspected" => "DeviceNetworkEvents",
        _ if action.ends_with("ConnectionInspected") => "DeviceNetworkEvents",
        "ProcessCreated" => "DeviceProcessEvents",
        "FileCreated" | "FileModified" | "FileDeleted" | "FileRenamed" => "DeviceFileEvents",
        "RegistryKeyCreated"
        | "RegistryKeyDeleted"
        | "RegistryKeyRenamed"
        | "RegistryValueSet"
        | "RegistryValueDeleted" => "DeviceRegistryEvents",
        "ImageLoaded" => "DeviceImageLoadEvents",
        "LogonSuccess" | "LogonFailed" | "LogonAttempted" => "DeviceLogonEvents",
        _ => return None,
    })
}
