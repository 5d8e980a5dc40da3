//! Rows → alerts.
//!
//! In: packs, folders and files of rules as they were published, and whoever answers queries. Out: rules, alerts, and what the test
//! cases beside a rule have to say. Knows nothing of file formats of events, of wire formats, or of how a query is run.

pub mod alert;
pub mod bench;
pub mod cell;
pub mod export;
pub mod mutate;
pub mod pack;
pub mod problem;
pub mod rule;
pub mod run;
pub mod table;
pub mod test;

pub use alert::{Alert, Entity, alerts};
pub use pack::{Case, Detection, Pack};
pub use problem::Problem;
pub use rule::{Rule, Severity};
pub use table::Table;
