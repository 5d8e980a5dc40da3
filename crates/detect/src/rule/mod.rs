//! A rule as published: what it asks, when, and what its alerts say.
//!
//! In: the text of a file. Out: a [`Rule`] and the problems of its file. A file is told by what is in it, not by where it is.
//! Rules are kept as received: nothing that is computed about them is written back.

mod aftermath;
mod attack;
mod checks;
mod duration;
mod entities;
mod fields;
pub mod places;
pub mod sentinel;

use std::collections::BTreeMap;
use std::sync::Arc;

use semantics::StoredFunction;

pub use aftermath::{Aftermath, IncidentGrouping, Matching};
pub use attack::check_techniques;
pub use checks::{check_columns, is_guid};
pub use duration::parse_duration;

/// A rule, whatever its file looked like.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The file it came from, as it was found.
    pub file: String,
    /// Its GUID.
    pub id: String,
    /// Its name: the title of its alerts unless they override it.
    pub name: String,
    /// What it finds.
    pub description: String,
    /// Its version, as written.
    pub version: String,
    /// How it runs.
    pub kind: Kind,
    /// How much its alerts weigh, unless they override it. Hunting queries have none and count as informational.
    pub severity: Severity,
    /// The query, to the byte.
    pub query: String,
    /// The tables that it needs, as its author declares them.
    pub data_types: Vec<String>,
    /// ATT&CK tactics, without spaces.
    pub tactics: Vec<String>,
    /// ATT&CK techniques and sub-techniques.
    pub techniques: Vec<String>,
    /// What the columns of a row are: hosts, accounts, addresses …
    pub entity_mappings: Vec<EntityMapping>,
    /// Details that alerts carry: key and column.
    pub custom_details: Vec<(String, String)>,
    /// What alerts say instead of the rule's own words.
    pub overrides: Overrides,
    /// One alert per run, or per row.
    pub grouping: Grouping,
    /// What follows an alert: silence, and incidents.
    pub aftermath: Aftermath,
    /// The functions that its query may call because they lie in its pack, by name.
    pub functions: Arc<BTreeMap<String, StoredFunction>>,
    /// Everything else that the file says, by its top-level key.
    pub extra: BTreeMap<String, yaml_serde::Value>,
}

/// How a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// At intervals, over a window that ends now.
    Scheduled(Schedule),
    /// Near real time: every minute over what came in; alerts on any row.
    NearRealTime,
    /// When a person asks.
    Hunting,
}

/// When a scheduled rule runs and when its rows make an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds from a run to the next.
    pub frequency_seconds: i64,
    /// Seconds that a run looks back.
    pub period_seconds: i64,
    /// How the row count is compared.
    pub operator: TriggerOperator,
    /// With what.
    pub threshold: u64,
}

/// How the row count of a run is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerOperator {
    /// More rows than the threshold.
    GreaterThan,
    /// Fewer.
    LessThan,
    /// As many.
    Equal,
    /// Another number.
    NotEqual,
}

impl TriggerOperator {
    /// Does that many rows make an alert?
    pub fn holds(self, row_count: u64, threshold: u64) -> bool {
        match self {
            Self::GreaterThan => row_count > threshold,
            Self::LessThan => row_count < threshold,
            Self::Equal => row_count == threshold,
            Self::NotEqual => row_count != threshold,
        }
    }
}

/// How much an alert weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Informational,
    /// Weighs little.
    Low,
    /// Weighs something.
    Medium,
    /// Weighs much.
    High,
}

impl Severity {
    /// The severity of that name, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Informational, Self::Low, Self::Medium, Self::High];
        all.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    }

    /// Sentinel's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// What columns of a row make an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityMapping {
    /// `Host`, `Account`, `IP`, `URL` …
    pub entity_type: String,
    /// Identifier (`FullName`, `Address` …) and column.
    pub fields: Vec<(String, String)>,
}

/// What alerts say instead of the rule's own words. Formats hold `{{Column}}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The title.
    pub title_format: Option<String>,
    /// The description.
    pub description_format: Option<String>,
    /// The column that holds the severity.
    pub severity_column: Option<String>,
    /// The column that holds the tactics.
    pub tactics_column: Option<String>,
    /// Further properties of the alert (`AlertLink`, `ConfidenceScore` …) and their columns.
    pub properties: Vec<(String, String)>,
}

/// How rows become alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// One alert for all rows of a run.
    #[default]
    SingleAlert,
    /// One alert per row.
    AlertPerResult,
}
