//! Watchlists: CSV files that queries reach by their alias (`_GetWatchlist('alias')`).
//!
//! In: a file with a header, or its text. Out: a table whose columns are those that every watchlist has, and then the file's own, all of
//! them text, as Sentinel has them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewBuilder};
use arrow::datatypes::Schema;
use datafusion::catalog::{MemTable, TableProvider};
use engine::types::arrow_fields;
use semantics::{Column, TableSchema, Type, time};
use sha1::{Digest, Sha1};

use crate::error::{Error, Result};
use crate::formats::{Account, read_header_and_rows};
use crate::open::budget::Budget;
use crate::record::{ReadError, Summary};

/// The columns before a watchlist's own. Source: the columns of the table `Watchlist` that its function gives.
const SYSTEM: [(&str, Type); 3] =
    [("_DTItemId", Type::String), ("LastUpdatedTimeUTC", Type::DateTime), ("SearchKey", Type::String)];
/// Bytes of one watchlist: Sentinel takes files of 500 MB.
const BYTES_MAX: u64 = 512 << 20;

/// A watchlist that queries may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchlist {
    /// What queries call it.
    pub alias: String,
    /// Its rows.
    pub rows: WatchlistRows,
    /// The column whose values are the search keys; without it a column `SearchKey`, or else the first.
    pub key: Option<String>,
}

/// Where the rows of a watchlist are: CSV with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchlistRows {
    /// A file.
    File(PathBuf),
    /// The text itself, under a name for messages.
    Text(String, String),
}

/// A watchlist as a table.
pub(crate) struct WatchlistTable {
    pub(crate) schema: Arc<TableSchema>,
    pub(crate) provider: Arc<dyn TableProvider>,
}

/// Reads watchlists, by alias; of two with one alias the later one counts.
///
/// - Errors: a file that cannot be read or has no header, a key that is no column. Rows that cannot be read are in the summary.
pub(crate) fn read(watchlists: Vec<Watchlist>, summary: &mut Summary) -> Result<BTreeMap<String, WatchlistTable>> {
    let mut tables = BTreeMap::new();
    for watchlist in watchlists {
        let table = read_one(&watchlist, summary)?;
        tables.insert(watchlist.alias, table);
    }
    Ok(tables)
}

fn read_one(watchlist: &Watchlist, summary: &mut Summary) -> Result<WatchlistTable> {
    let (name, mut bytes, updated): (String, Box<dyn Read>, Option<i64>) = match &watchlist.rows {
        WatchlistRows::Text(name, text) => (name.clone(), Box::new(Cursor::new(text.as_bytes())), None),
        WatchlistRows::File(path) => {
            let file = File::open(path).map_err(|error| Error::file(path, error))?;
            let updated = file.metadata().and_then(|metadata| metadata.modified()).ok().and_then(ticks);
            (path.display().to_string(), Box::new(Budget::new(BYTES_MAX).charge(file)), updated)
        }
    };
    let wrong =
        |reason: &str| Error::Read(ReadError::unreadable(name.as_ref(), std::io::Error::other(reason.to_owned())));
    let mut account = Account::new(name.clone());
    let (header, rows) = read_header_and_rows(&mut bytes, &mut account)?;
    if header.is_empty() {
        return Err(wrong("a watchlist needs a header with the names of its columns"));
    }
    let key = match &watchlist.key {
        Some(key) => header
            .iter()
            .position(|column| column == key)
            .ok_or_else(|| wrong(&format!("`{key}`, the key, is not one of its columns: {}", header.join(", "))))?,
        None => header.iter().position(|column| column == "SearchKey").unwrap_or(0),
    };
    summary.files.push(account.finish());
    table(&watchlist.alias, &header, &rows, key, updated)
}

fn table(
    alias: &str,
    header: &[String],
    rows: &[Vec<String>],
    key: usize,
    updated: Option<i64>,
) -> Result<WatchlistTable> {
    let mut columns: Vec<Column> = SYSTEM.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    let mut arrays: Vec<ArrayRef> = vec![
        texts(rows.iter().enumerate().map(|(at, row)| item_id(alias, at, row))),
        Arc::new(Int64Array::from(vec![updated; rows.len()])),
        texts(rows.iter().map(|row| row.get(key).cloned().unwrap_or_default())),
    ];
    for (at, name) in header.iter().enumerate() {
        if !SYSTEM.iter().any(|(system, _)| system == name) {
            columns.push(Column::new(name.as_str(), Type::String));
            arrays.push(texts(rows.iter().map(|row| row.get(at).cloned().unwrap_or_default())));
        }
    }
    let arrow = Arc::new(Schema::new(arrow_fields(&columns)));
    let batch = RecordBatch::try_new(arrow.clone(), arrays).map_err(Error::bug)?;
    let provider = MemTable::try_new(arrow, vec![vec![batch]]).map_err(Error::bug)?;
    // No table of the content is called so, and no query can write it as a name without meaning the watchlist.
    let schema = TableSchema { name: format!("_GetWatchlist('{alias}')"), columns, compat: vec![] };
    Ok(WatchlistTable { schema: Arc::new(schema), provider: Arc::new(provider) })
}

fn texts(values: impl Iterator<Item = String>) -> ArrayRef {
    let mut builder = StringViewBuilder::new();
    values.for_each(|value| builder.append_value(value));
    Arc::new(builder.finish())
}

/// A name for a row that is the same in every run: Sentinel gives guids.
fn item_id(alias: &str, at: usize, row: &[String]) -> String {
    let mut digest = Sha1::new();
    digest.update(alias.as_bytes());
    digest.update(at.to_le_bytes());
    for cell in row {
        digest.update([0]);
        digest.update(cell.as_bytes());
    }
    let mut text = String::with_capacity(36);
    for (at, byte) in digest.finalize().iter().take(16).enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").expect("a String grows");
    }
    text
}

fn ticks(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    time::UNIX_EPOCH.checked_add(i64::try_from(since.as_nanos() / 100).ok()?)
}
