//! Explanations, shown.
//!
//! In: what the engine says about a query. Out: text for reading, JSON, or a drawing; the same stages and figures in each.

pub(crate) mod json;
mod phrases;
pub(crate) mod svg;
pub(crate) mod text;

use engine::explain::Explanation;

/// A query with its explanation.
pub(crate) struct Explained {
    /// The rule, file or `<query>`.
    pub(crate) name: String,
    /// KQL.
    pub(crate) text: String,
    /// What `now()` was, in ticks.
    pub(crate) now: i64,
    /// The rows that were followed, as they were told.
    pub(crate) why: Option<String>,
    /// What there is to say.
    pub(crate) explanation: Explanation,
}
