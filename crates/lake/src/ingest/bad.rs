//! Records that were given up: the table `_BadRecords`.
//!
//! In: the accounts of files. Out: rows that say where, why, and what it was, so that nothing that could not be read is lost.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use semantics::{Column, Type};

use crate::delta::NewRows;
use crate::error::Result;
use crate::record::BadRecord;

/// The table.
pub(crate) const BAD_RECORDS: &str = "_BadRecords";

const COLUMNS: [(&str, Type); 6] = [
    ("TimeGenerated", Type::DateTime),
    ("Path", Type::String),
    ("Offset", Type::Long),
    ("Reason", Type::String),
    ("Text", Type::String),
    ("Bytes", Type::String),
];

/// A record that was given up, and the file that it was in.
pub(super) struct Given {
    pub(super) path: String,
    pub(super) record: BadRecord,
}

/// Rows of the table; none when there are no records. `time` is in ticks.
pub(super) fn new_rows(given: &[Given], time: i64) -> Result<Option<NewRows>> {
    if given.is_empty() {
        return Ok(None);
    }
    let texts = |text: fn(&Given) -> String| -> ArrayRef {
        Arc::new(given.iter().map(|given| Some(text(given))).collect::<StringViewArray>())
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_value(time, given.len())),
        texts(|given| given.path.clone()),
        Arc::new(given.iter().map(|given| i64::try_from(given.record.offset).ok()).collect::<Int64Array>()),
        texts(|given| given.record.reason.clone()),
        texts(|given| String::from_utf8_lossy(&given.record.bytes).into_owned()),
        texts(|given| STANDARD.encode(&given.record.bytes)),
    ];
    let columns: Vec<Column> = COLUMNS.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    NewRows::of(BAD_RECORDS, columns, arrays).map(Some)
}
