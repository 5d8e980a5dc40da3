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

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::Schema;
use deltalake_core::kernel::Add;
use engine::types::arrow_fields;
use semantics::{Column, TableSchema};

pub(crate) use columns::{INGESTED, cut_to_stored, micros};
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
use stats::Stats;

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
    /// Are its columns stored as they are, and none for another? Microsoft's tables have one time under two names, and their own name as a column.
    pub(crate) is_as_is: bool,
}

/// What becomes of a table.
pub(crate) enum TableChange {
    /// It is made when it is not there, and has these rows besides its own. Without rows its columns are made all the same.
    Append(NewRows),
    /// It has these rows instead of its own.
    Replace(NewRows),
    /// It is made when it is not there, has at least these columns, and these settings.
    Describe(NewRows, BTreeMap<String, String>),
    /// It is taken away.
    Drop(String),
}

/// A file of rows that a change has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Of a guid's form.
    pub(crate) id: String,
    /// Bytes of the rows, and of what is kept beside them to find rows by.
    pub(crate) bytes: (u64, u64),
    pub(crate) rows: u64,
}

impl NewRows {
    /// The columns of its table that are stored.
    fn stored_columns(&self) -> Vec<Column> {
        if self.is_as_is { self.schema.columns.clone() } else { write::stored_columns(&self.schema) }
    }

    /// No rows yet of a table that is not Microsoft's.
    pub(crate) fn as_is(schema: Arc<TableSchema>) -> Self {
        Self { schema, batches: vec![], is_as_is: true }
    }

    /// Rows of a table that vedette keeps for itself: its columns, and an array of each.
    pub(crate) fn of(table: &str, columns: Vec<Column>, arrays: Vec<ArrayRef>) -> Result<Self> {
        let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&columns))), arrays).map_err(Error::bug)?;
        let schema = Arc::new(TableSchema { name: table.to_owned(), columns, compat: vec![] });
        Ok(Self { schema, batches: vec![batch], is_as_is: true })
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

    /// The tables as they are now; those that cannot be read are left out.
    pub(crate) async fn tables(&self) -> Result<BTreeMap<String, LakeTable>> {
        let mut tables = BTreeMap::new();
        for name in self.place.folders().await? {
            match LakeTable::open(&self.place, &name).await {
                Ok(Some(table)) => {
                    tables.insert(name, table);
                }
                Err(error @ Error::Bug(_)) => return Err(error),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(tables)
    }

    /// What a person calls it.
    pub fn name(&self) -> &str {
        &self.place.name
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
        Ok(Writer::of(&self.place, recovered, Some(lock)))
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
    /// Names of the columns of tables that were written to, in the order of their log.
    orders: HashMap<String, Vec<String>>,
    _lock: Option<Lock>,
}

impl Writer {
    /// One on another machine, as far as an object store can tell.
    #[cfg(test)]
    fn unlocked(place: &Place) -> Self {
        Self::of(place, 0, None)
    }

    fn of(place: &Place, recovered: usize, lock: Option<Lock>) -> Self {
        let (checked, orders) = (BTreeSet::new(), HashMap::new());
        Self { place: place.clone(), recovered, last: None, checked, orders, _lock: lock }
    }

    /// Adds rows to tables, to all of them or to none. `now` is in microseconds since 1970; rows are given a later time than all before them.
    pub(crate) async fn append(&mut self, rows: Vec<NewRows>, ledger: NewRows, now: i64) -> Result<()> {
        self.change(rows.into_iter().map(TableChange::Append).collect(), ledger, now).await.map(|_| ())
    }

    /// Changes tables, all of them or none, and takes note of it in the ledger. Gives the files that were made besides those of the ledger.
    pub(crate) async fn change(&mut self, changes: Vec<TableChange>, ledger: NewRows, now: i64) -> Result<Vec<Extent>> {
        let (number, before) = match self.last {
            Some(last) => last,
            None => self.last_of(&ledger.schema.name).await?,
        };
        let ingested = now.max(before + 1);
        let ledger_name = ledger.schema.name.clone();
        let changes: Vec<TableChange> = changes.into_iter().chain([TableChange::Append(ledger)]).collect();
        // Before anything is decided: a decision that cannot be carried out would keep everybody from writing.
        for change in &changes {
            match change {
                TableChange::Append(rows) | TableChange::Replace(rows) | TableChange::Describe(rows, _) => {
                    self.check(rows).await?
                }
                TableChange::Drop(_) => {}
            }
        }
        let mut tables = vec![];
        for change in changes {
            tables.push(match change {
                TableChange::Append(rows) => self.write(rows, ingested).await?,
                TableChange::Replace(rows) => TableEntry { replaces: true, ..self.write(rows, ingested).await? },
                TableChange::Describe(rows, settings) => TableEntry { settings, ..self.write(rows, ingested).await? },
                TableChange::Drop(name) => {
                    self.orders.remove(&name);
                    self.checked.retain(|(table, _)| *table != name);
                    TableEntry::dropped(&name)
                }
            });
        }
        let entry = Entry { number: number + 1, tables };
        journal::run(&self.place, &entry, &ledger_name).await?;
        self.last = Some((entry.number, ingested));
        let mut extents = vec![];
        for table in entry.tables.iter().rev().skip(1).rev() {
            for added in &table.added {
                extents.push(self.extent(&table.name, added).await?);
            }
        }
        Ok(extents)
    }

    /// Refuses a table that cannot be read, or has a column of another type, or that is something else.
    async fn check(&mut self, rows: &NewRows) -> Result<()> {
        let (name, columns) = (&rows.schema.name, rows.stored_columns());
        let checked = (name.clone(), written(&columns));
        if self.checked.contains(&checked) {
            return Ok(());
        }
        match LakeTable::open(&self.place, name).await? {
            Some(table) => {
                table.check_columns(&columns)?;
                let order = table.columns()?.into_iter().map(|column| column.name).collect();
                self.orders.insert(name.clone(), order);
            }
            None => {
                self.place.check_free(name).await?;
                self.orders.insert(name.clone(), columns.into_iter().map(|column| column.name).collect());
            }
        }
        self.checked.insert(checked);
        Ok(())
    }

    async fn extent(&self, table: &str, added: &Add) -> Result<Extent> {
        let stats = added.stats.as_deref().map(Stats::parse).unwrap_or_default();
        let sketch = self.place.path(&[table, &terms::sketch_path(&added.path)]);
        let bytes = u64::try_from(added.size).unwrap_or(0);
        Ok(Extent {
            id: place::part_id(&added.path).to_owned(),
            bytes: (bytes, self.place.size(&sketch).await?),
            rows: stats.rows.unwrap_or(0),
        })
    }

    async fn write(&mut self, rows: NewRows, ingested: i64) -> Result<TableEntry> {
        self.check(&rows).await?;
        let mut columns = rows.stored_columns();
        let NewRows { schema, batches, is_as_is } = rows;
        let is_empty = batches.is_empty();
        // Columns stand in each file as they do in the log, by which the file is read.
        let order = self.orders.entry(schema.name.clone()).or_default();
        columns.sort_by_key(|column| order.iter().position(|name| *name == column.name).unwrap_or(usize::MAX));
        let (sorted, present) = write::sort(&columns, batches, is_as_is, ingested)?;
        for column in present.iter().filter(|column| column.name != INGESTED) {
            if !order.contains(&column.name) {
                order.push(column.name.clone());
            }
        }
        let added = write::write(&self.place, &schema.name, &present, sorted, None, ingested).await?;
        let name = schema.name.clone();
        // A table that gets no rows gets its columns.
        let present = if is_empty { &columns } else { &present };
        let (replaces, drops, settings) = (false, false, BTreeMap::new());
        Ok(TableEntry { name, told: written(&columns), columns: written(present), added, replaces, drops, settings })
    }

    /// The number of the last change, and the newest time that rows were given: every change adds to the ledger.
    async fn last_of(&self, ledger: &str) -> Result<(i64, i64)> {
        let Some(table) = LakeTable::open(&self.place, ledger).await? else { return Ok((0, 0)) };
        Ok((table.last_number().await?.unwrap_or(0), table.newest_ingestion()?.unwrap_or(0)))
    }
}
