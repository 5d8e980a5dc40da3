//! Bound query → DataFusion plan → rows.
//!
//! In: a [`semantics::bound::Bound`], a database and the request's `now`. Out: Arrow batches with KQL types beside them. Knows nothing of
//! files, networks or clocks.

mod accumulators;
mod dynamic;
pub mod functions;
mod text;
pub mod types;
