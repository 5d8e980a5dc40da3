//! `externaldata` between the engine and whoever may read files for it.
//!
//! In: sources and columns as the query names them. Out: batches of just those columns. What may be read, and how, is the database's to say.

use arrow::array::RecordBatch;
use semantics::Schema;
use semantics::external::ExternalOptions;

/// The files that a query names.
#[derive(Debug, Clone)]
pub struct External {
    /// Paths and URIs, in the order in which their records are wanted. They may hold secrets, and are for no message.
    pub sources: Vec<String>,
    /// How they are to be read.
    pub options: ExternalOptions,
    /// The columns that the records are to have.
    pub columns: Schema,
}

/// The records of those files.
#[derive(Debug, Clone, Default)]
pub struct ExternalRows {
    /// Column `i` has the Arrow type of the wanted column `i` (see [`crate::types::arrow_type`]).
    pub batches: Vec<RecordBatch>,
    /// What was left out, and why.
    pub warnings: Vec<String>,
}
