//! Rows → alerts.
//!
//! In: packs, folders and files of rules as they were published, and whoever answers queries. Out: rules, alerts, and what the test
//! cases beside a rule have to say. The watch's part of it: a clock says which rules are due (`schedule`), runs give alerts (`raise`) and incidents (`incident`), and all
//! of it is rows of a lake (`store`). Knows nothing of file formats of events, of wire formats, or of how a query is run.

pub mod alert;
pub mod atomic;
pub mod attack;
pub mod bench;
pub mod cell;
pub mod coverage;
pub mod export;
pub mod incident;
pub mod mutate;
pub mod pack;
pub mod problem;
pub mod raise;
pub mod replay;
pub mod rule;
pub mod run;
pub mod schedule;
pub mod sigma;
pub mod store;
pub mod table;
pub mod test;
pub mod watch;

pub use alert::{Alert, Entity, alerts};
pub use atomic::Atomic;
pub use attack::Attack;
pub use pack::{Case, Detection, Pack};
pub use problem::Problem;
pub use rule::{Rule, Severity};
pub use table::Table;
