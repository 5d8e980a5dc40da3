//! What the rooms after this one keep in a lake: alerts, incidents, how far each rule has come.
//!
//! In: rows of tables. Out: stored, in all their tables or in none, and only if the tables that they were made from are as they were seen. Knows nothing
//! of what the rows mean.

use std::sync::Arc;

use engine::Rows;
use semantics::TableSchema;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::content::Content;
use crate::delta::{Lake, NewRows, TableChange};
use crate::error::{Error, Result};
use crate::ingest::ledger::{self, FILES};

/// Rows that are to be stored together.
#[derive(Debug, Default)]
pub struct Kept {
    /// Each with its table.
    pub rows: Vec<(String, Rows)>,
    /// What they were made from: tables and the version of each; none for one that was not there.
    pub seen: Vec<(String, Option<u64>)>,
    /// What the ledger says of it.
    pub note: String,
}

/// What became of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// They are stored, and the tables that they were made from have these versions.
    Stored(Vec<(String, Option<u64>)>),
    /// Somebody else has stored rows of the same tables; nothing was done.
    Overtaken,
}

impl Lake {
    /// Does what a crash left undone, so that what is read afterwards is all that was decided.
    ///
    /// - Errors: a lake that cannot be written to.
    pub async fn recover(&self, waits: &(dyn Fn() + Sync)) -> Result<usize> {
        Ok(self.writer(waits).await?.recovered)
    }

    /// The newest time at which rows came in, in ticks; 0 in an empty lake. Tables that are opened afterwards have all rows that came until then.
    ///
    /// - Errors: a lake that cannot be read.
    pub async fn newest_ingestion(&self) -> Result<i64> {
        // The ledger is the last table of each change, so that what it has is in the others.
        let newest = match self.table(FILES, None).await? {
            Some(table) => table.newest_ingestion()?,
            None => None,
        };
        Ok(newest.map_or(0, clock::ticks_of))
    }

    /// The versions of tables; none for one that is not there.
    ///
    /// - Errors: a lake that cannot be read.
    pub async fn versions(&self, tables: &[&str]) -> Result<Vec<(String, Option<u64>)>> {
        let mut versions = vec![];
        for table in tables {
            let version = self.table(table, None).await?.map(|table| table.version());
            versions.push(((*table).to_owned(), version));
        }
        Ok(versions)
    }

    /// Stores rows, in all their tables or in none. `waits` is told when another process writes, which is waited for.
    ///
    /// - Errors: a lake that cannot be written to, a column of another type than its table has.
    pub async fn keep(&self, kept: Kept, content: &Content, waits: &(dyn Fn() + Sync)) -> Result<Outcome> {
        let mut writer = self.writer(waits).await?;
        let names: Vec<&str> = kept.seen.iter().map(|(table, _)| table.as_str()).collect();
        if self.versions(&names).await? != kept.seen {
            return Ok(Outcome::Overtaken);
        }
        let micros = clock::micros();
        let mut new = vec![];
        for (table, rows) in kept.rows.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            new.push(TableChange::Append(new_rows(table, rows, content)?));
        }
        let note = ledger::command_rows(&kept.note, &[], clock::ticks_of(micros))?;
        writer.change(new, note, micros).await?;
        let names: Vec<&str> = kept.seen.iter().map(|(table, _)| table.as_str()).collect();
        Ok(Outcome::Stored(self.versions(&names).await?))
    }
}

/// A name in the form of a GUID that follows from its parts alone, so that what is made again has the name that it had: the first half of
/// their SHA-256, as version 8 of RFC 9562.
pub fn guid_of(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    let mut bytes = [0_u8; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.iter()) {
        *byte = *from;
    }
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    uuid::Uuid::from_bytes(bytes).to_string()
}

/// Rows of Microsoft's table have its columns; those of a table of the house are as they are.
fn new_rows(table: String, rows: Rows, content: &Content) -> Result<NewRows> {
    match content.table(&table)? {
        Some(schema) => {
            let is_known = |name: &String| schema.columns.iter().any(|column| column.name == *name);
            if let Some(odd) = rows.columns.iter().find(|column| !is_known(&column.name)) {
                return Err(Error::bug(format!("`{table}` has no column `{}`", odd.name)));
            }
            Ok(NewRows { schema, batches: rows.batches, is_as_is: false })
        }
        None => {
            let schema = TableSchema { name: table, columns: rows.columns, compat: vec![] };
            Ok(NewRows { batches: rows.batches, ..NewRows::as_is(Arc::new(schema)) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9562: the version stands in the thirteenth digit, the variant (8, 9, a or b) in the seventeenth.
    #[test]
    fn a_guid_follows_from_its_parts() {
        let guid = guid_of(&["a", "b"]);
        assert_eq!(guid, guid_of(&["a", "b"]));
        assert_ne!(guid, guid_of(&["ab", ""]));
        assert_eq!((guid.len(), guid.as_bytes()[14]), (36, b'8'));
        assert!(b"89ab".contains(&guid.as_bytes()[19]));
    }
}
