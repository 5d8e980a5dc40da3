//! Bound query → DataFusion plan → rows.
//!
//! In: a [`semantics::bound::Bound`], a database and the request's `now`. Out: Arrow batches with KQL types beside them. Knows nothing of
//! files, networks or clocks.

mod accumulators;
mod calendar;
pub mod database;
mod dynamic;
pub mod error;
mod expressions;
pub mod functions;
mod gamma;
mod network;
mod operators;
mod ordered;
mod questions;
pub mod rows;
pub mod session;
mod storage;
mod subqueries;
mod text;
pub mod types;
mod unixtime;

pub use database::{Database, NoTables};
pub use error::Error;
pub use rows::Rows;
pub use session::{Answer, Engine, Executor, Limits, Request};
