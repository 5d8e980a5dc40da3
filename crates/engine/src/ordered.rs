//! Rows in memory that stay in their order.
//!
//! In: the batches of a table. Out: a provider with one partition. DataFusion's own table in memory hands its batches to all threads, which
//! is faster and mixes them up.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::streaming::PartitionStream;

use crate::error::Result;

/// A table of these batches, one after the other.
pub(crate) fn ordered(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Arc<dyn TableProvider>> {
    let held = Held { schema: Arc::clone(&schema), batches };
    Ok(Arc::new(StreamingTable::try_new(schema, vec![Arc::new(held)])?))
}

#[derive(Debug)]
struct Held {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl PartitionStream for Held {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let stream = MemoryStream::try_new(self.batches.clone(), Arc::clone(&self.schema), None);
        Box::pin(stream.expect("a stream of batches without a projection is always made"))
    }
}
