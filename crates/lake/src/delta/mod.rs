//! The lake: tables that last, in the open format of Delta Lake.
//!
//! In: rows of tables, and files that were read. Out: the same rows for queries, as of one version of each table. A table is a folder with a log
//! of commits and Parquet files of days, which Spark, DuckDB, Fabric and others read as they are. Times in, times out: nothing here asks a clock.

mod as_of;
mod care;
mod columns;
mod durable;
mod history;
mod journal;
mod lock;
mod place;
mod prune;
mod scan;
mod stats;
mod table;
mod terms;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use engine::types::arrow_type;
use semantics::{Column, TableSchema};

pub(crate) use columns::{INGESTED, cut_to_stored};
pub(crate) use scan::LakeScan;
pub(crate) use table::LakeTable;

pub use as_of::{AsOf, Moment};
pub use care::{Compacted, TableStatus};
pub use history::TableVersion;
pub use prune::Scanned;

use crate::error::{Error, Result};
use journal::{Entry, TableEntry, written};
use lock::Lock;
use place::Place;

/// A lake.
#[derive(Debug, Clone)]
pub struct Lake {
    place: Place,
}

/// The tables of a lake.
#[derive(Default)]
pub(crate) struct Scans {
    /// Those that can be read.
    pub(crate) readable: BTreeMap<String, LakeScan>,
    /// Why the others cannot.
    pub(crate) unreadable: BTreeMap<String, String>,
}

/// Rows that are to be added to a table.
pub(crate) struct NewRows {
    /// The table.
    pub(crate) schema: Arc<TableSchema>,
    /// Rows with some of its columns, in the engine's types.
    pub(crate) batches: Vec<RecordBatch>,
}

impl NewRows {
    /// Rows of a table that vedette keeps for itself: its columns, and an array of each.
    pub(crate) fn of(table: &str, columns: Vec<Column>, arrays: Vec<ArrayRef>) -> Result<Self> {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(&column.name, arrow_type(column.ty), true)).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(Error::bug)?;
        let schema = Arc::new(TableSchema { name: table.to_owned(), columns, compat: vec![] });
        Ok(Self { schema, batches: vec![batch] })
    }
}

impl Lake {
    /// A lake in a folder, or at the URL of an object store.
    ///
    /// - Errors: a folder that is not there, or a URL of an unknown kind.
    pub fn open(name: &str) -> Result<Self> {
        Ok(Self { place: Place::open(name, false)? })
    }

    /// The same, but a folder that is not there is made.
    pub fn open_or_create(name: &str) -> Result<Self> {
        Ok(Self { place: Place::open(name, true)? })
    }

    /// All tables for queries. One that cannot be read is no reason not to read the others.
    ///
    /// - Errors: a lake that cannot be listed; a table that `as_of` names and that cannot be read as it asks.
    pub(crate) async fn scans(&self, as_of: &AsOf) -> Result<Scans> {
        let mut scans = Scans::default();
        let names = self.place.folders().await?;
        if let Some(missing) = as_of.tables.keys().find(|table| !names.contains(table)) {
            return Err(self.place.failed("", format!("there is no table `{missing}`")));
        }
        for name in names {
            match self.scan(&name, as_of).await {
                Ok(Some(scan)) => {
                    scans.readable.insert(name, scan);
                }
                Ok(None) => {}
                Err(error @ Error::Bug(_)) => return Err(error),
                Err(error) if as_of.tables.contains_key(&name) => return Err(error),
                Err(error) => {
                    scans.unreadable.insert(name, as_of::reason(&error));
                }
            }
        }
        Ok(scans)
    }

    async fn scan(&self, name: &str, as_of: &AsOf) -> Result<Option<LakeScan>> {
        match as_of::open(&self.place, name, as_of).await? {
            Some(table) => LakeScan::open(&table).await.map(Some),
            None => Ok(None),
        }
    }

    /// What queries of this lake read so far, of what they might have read.
    pub fn scanned(&self) -> Scanned {
        self.place.sketches.scanned()
    }

    /// A table as it was at a version, or as it is now; `None` when there is none of that name.
    pub(crate) async fn table(&self, name: &str, version: Option<u64>) -> Result<Option<LakeTable>> {
        LakeTable::load(&self.place, name, version).await
    }

    /// The right to write, as soon as nobody else has it; `waits` is told when somebody does. What a crash left undone is done first.
    pub(crate) async fn writer(&self, waits: &(dyn Fn() + Sync)) -> Result<Writer> {
        let lock = Lock::take(&self.place, waits).await?;
        if lock.was_abandoned {
            self.place.clear_staged(&[]).await?;
        }
        let recovered = journal::finish(&self.place).await?;
        Ok(Writer { place: self.place.clone(), recovered, last: None, checked: BTreeSet::new(), _lock: Some(lock) })
    }

    /// Are there changes that were decided and not made, because whoever made them died?
    pub async fn is_interrupted(&self) -> Result<bool> {
        Ok(!journal::pending(&self.place).await?.is_empty())
    }
}

/// Who may add rows: one at a time.
pub(crate) struct Writer {
    place: Place,
    /// How many changes a crash had left undone.
    pub(crate) recovered: usize,
    /// The number of the last change and the time that its rows were given.
    last: Option<(i64, i64)>,
    /// Tables that take rows of these columns, each a name and its columns.
    checked: BTreeSet<(String, Vec<(String, String)>)>,
    _lock: Option<Lock>,
}

impl Writer {
    /// One on another machine, as far as an object store can tell.
    #[cfg(test)]
    fn unlocked(place: &Place) -> Self {
        Self { place: place.clone(), recovered: 0, last: None, checked: BTreeSet::new(), _lock: None }
    }

    /// Adds rows to tables, to all of them or to none. `now` is in microseconds since 1970; rows are given a later time than all before them.
    pub(crate) async fn append(&mut self, rows: Vec<NewRows>, ledger: NewRows, now: i64) -> Result<()> {
        let (number, before) = match self.last {
            Some(last) => last,
            None => self.last_of(&ledger.schema.name).await?,
        };
        let ingested = now.max(before + 1);
        let ledger_name = ledger.schema.name.clone();
        let rows: Vec<NewRows> = rows.into_iter().chain([ledger]).collect();
        // Before anything is decided: a decision that cannot be carried out would keep everybody from writing.
        for NewRows { schema, .. } in &rows {
            self.check(schema).await?;
        }
        let mut tables = vec![];
        for NewRows { schema, batches } in rows {
            tables.push(self.write(&schema, &batches, ingested).await?);
        }
        let entry = Entry { number: number + 1, tables };
        journal::run(&self.place, &entry, &ledger_name).await?;
        self.last = Some((entry.number, ingested));
        Ok(())
    }

    /// Refuses a table that cannot be read, or has a column of another type, or that is something else.
    async fn check(&mut self, schema: &TableSchema) -> Result<()> {
        let columns = write::stored_columns(schema);
        let checked = (schema.name.clone(), written(&columns));
        if self.checked.contains(&checked) {
            return Ok(());
        }
        match LakeTable::open(&self.place, &schema.name).await? {
            Some(table) => table.check_columns(&columns)?,
            None => self.place.check_free(&schema.name).await?,
        }
        self.checked.insert(checked);
        Ok(())
    }

    async fn write(&self, schema: &TableSchema, batches: &[RecordBatch], ingested: i64) -> Result<TableEntry> {
        let columns = write::stored_columns(schema);
        let (sorted, present) = write::sort(&columns, batches, ingested)?;
        let added = write::write(&self.place, &schema.name, &present, sorted, None, ingested).await?;
        let name = schema.name.clone();
        Ok(TableEntry { name, told: written(&columns), columns: written(&present), added })
    }

    /// The number of the last change, and the newest time that rows were given: every change adds to the ledger.
    async fn last_of(&self, ledger: &str) -> Result<(i64, i64)> {
        let Some(table) = LakeTable::open(&self.place, ledger).await? else { return Ok((0, 0)) };
        let newest = table.parts()?.iter().filter_map(|part| Some(part.stats.bounds.get(INGESTED)?.1)).max();
        Ok((table.last_number().await?.unwrap_or(0), newest.unwrap_or(0)))
    }
}
