//! Bound query → DataFusion plan → rows.
//!
//! In: a [`semantics::bound::Bound`], a database and the request's `now`. Out: Arrow batches with KQL types beside them. Knows nothing of
//! files, networks or clocks.

mod accumulators;
mod calendar;
pub mod database;
mod dynamic;
pub mod error;
pub mod explain;
mod expressions;
pub mod external;
pub mod functions;
mod gamma;
mod geography;
mod held;
pub mod needs;
mod network;
mod nodes;
mod operators;
mod ordered;
pub mod places;
mod plan_check;
mod probability;
pub mod profiles;
mod questions;
pub mod rows;
mod series;
pub mod session;
mod storage;
mod subqueries;
mod text;
mod timezone;
pub mod types;
mod units;
mod unixtime;

pub use database::{Database, NoTables};
pub use error::Error;
pub use external::{External, ExternalRows};
pub use places::{Place, Places};
pub use profiles::FileProfiles;
pub use rows::Rows;
pub use session::{Answer, Engine, Executor, Limits, Request};
pub use storage::{decimal_of_stored, stored_decimals};
