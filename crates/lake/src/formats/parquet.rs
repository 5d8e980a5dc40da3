//! Parquet files → the table whose rows they hold.
//!
//! In: a file. Out: its place and its table, told from its column names; no row is read here, because the engine scans the file in place.

use std::fs::File;
use std::path::Path;

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::account::Account;
use super::rows::Rows;
use crate::record::{RawFile, ReadError};

/// The first and the last bytes of the file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// Hands on the file, if its columns are a known table's.
pub(super) fn read(path: &Path, file: &File, account: &mut Account, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    account.format("parquet");
    let metadata = match ArrowReaderMetadata::load(file, Default::default()) {
        Ok(metadata) => metadata,
        Err(error) => {
            account.bad(0, format!("broken Parquet: {error}"));
            return Ok(());
        }
    };
    let names: Vec<&str> = metadata.schema().fields().iter().map(|field| field.name().as_str()).collect();
    match rows.guess.table_with(&names).map(str::to_owned) {
        Some(table) => {
            account.in_place(&table, u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0));
            rows.file(RawFile { path: path.to_owned(), table })
        }
        None if rows.custom_file(file, account)? => Ok(()),
        None => {
            let shown = names.iter().take(8).copied().collect::<Vec<_>>().join(", ");
            account.note(format!("not read: its columns are those of no known table: {shown}; `--table` takes it"));
            Ok(())
        }
    }
}
