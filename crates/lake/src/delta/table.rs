//! One Delta table: its log read, and written to.
//!
//! In: a place and a name; for a commit, files that are written already. Out: columns, parts with what their statistics tell, versions.
//! Every commit of ours carries a number, so that one that was done is known as done, whatever crashed between.

use std::collections::{BTreeSet, HashMap};

use arrow::array::RecordBatch;
use datafusion::object_store::path::Path;
use deltalake_core::kernel::MetadataExt;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Add, Remove, StructType, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};
use semantics::{Column, Type};

use super::columns::{DAY, INGESTED, delta_field, told_type};
use super::place::{LOG, Place, is_own};
use super::stats::Stats;
use crate::error::{Error, Result};
use crate::formats::parquet_columns;

/// By this name the numbers of our commits are kept in the log of a table.
const WRITER: &str = "vedette";
/// The setting of a table that says whether its columns have other names in its files.
const COLUMN_MAPPING: &str = "delta.columnMapping.mode";
/// A commit that others overtake is tried again so often.
const RETRIES_MAX: usize = 100;

/// A table at one version of its log.
#[derive(Debug, Clone)]
pub(crate) struct LakeTable {
    /// The table.
    pub(crate) name: String,
    /// Where the lake is.
    pub(super) place: Place,
    table: DeltaTable,
}

/// A Parquet file of a table.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Under the table's folder.
    pub(crate) path: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// The day of its events, `2024-05-01`.
    pub(crate) day: Option<String>,
    /// What the log tells of its rows.
    pub(crate) stats: Stats,
}

/// What a commit changes.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Columns that the added files have; those that the table lacks are added to it.
    pub(super) columns: Vec<Column>,
    /// Files to add.
    pub(super) added: Vec<Add>,
    /// Files to take away.
    pub(super) removed: Vec<Remove>,
    /// Settings to change.
    pub(super) settings: HashMap<String, String>,
    /// The number of the commit: with this one or a later one in the log, it is done.
    pub(super) number: Option<i64>,
}

impl LakeTable {
    /// The newest state of a table; `None` when there is none of that name.
    pub(super) async fn open(place: &Place, name: &str) -> Result<Option<Self>> {
        Self::load(place, name, None).await
    }

    /// A table as it was at a version of its log, or as it is.
    pub(super) async fn load(place: &Place, name: &str, version: Option<u64>) -> Result<Option<Self>> {
        if !place.has_log(name).await? {
            return Ok(None);
        }
        let mut table = place.table(name)?;
        let loaded = match version {
            Some(version) => table.load_version(version).await,
            None => table.load().await,
        };
        loaded.map_err(|error| place.failed(name, error))?;
        let table = Self { name: name.to_owned(), place: place.clone(), table };
        table.check_layout()?;
        Ok(Some(table))
    }

    /// Refuses what other writers may have made of a table and our scan of its files would not see.
    fn check_layout(&self) -> Result<()> {
        let state = self.state()?;
        if let Some(column) = state.metadata().partition_columns().iter().find(|column| *column != DAY) {
            return Err(self.failed(format!("it is partitioned by `{column}`, whose values are not in its files")));
        }
        let mapping = state.metadata().configuration().get(COLUMN_MAPPING);
        if let Some(mode) = mapping.filter(|mode| *mode != "none") {
            return Err(
                self.failed(format!("its columns have other names in its files (`{COLUMN_MAPPING}` is `{mode}`)"))
            );
        }
        // Readers of versions before this one know no such thing.
        if state.protocol().min_reader_version() < 3 {
            return Ok(());
        }
        let log = state.snapshot().try_log_data().map_err(|error| self.failed(error))?;
        if log.iter().any(|file| file.deletion_vector_descriptor().is_some()) {
            return Err(self.failed("it has deletion vectors: rows that are deleted are still in its files"));
        }
        Ok(())
    }

    /// Refuses columns that the table has under the same name in another type.
    pub(super) fn check_columns(&self, columns: &[Column]) -> Result<()> {
        let known = self.columns()?;
        for column in columns {
            if let Some(known) = known.iter().find(|known| known.name == column.name && known.ty != column.ty) {
                let message = format!("the column `{}` is a {} there, and a {} here", column.name, known.ty, column.ty);
                return Err(self.failed(message));
            }
        }
        Ok(())
    }

    /// The version that this is.
    pub(crate) fn version(&self) -> u64 {
        self.table.version().unwrap_or(0)
    }

    /// The newest time at which rows of it came in, in microseconds since 1970.
    pub(crate) fn newest_ingestion(&self) -> Result<Option<i64>> {
        Ok(self.parts()?.iter().filter_map(|part| Some(part.stats.bounds.get(INGESTED)?.1)).max())
    }

    /// The columns in the order in which our files have them, without the partition: as in the log, and the time of ingestion last.
    pub(crate) fn columns(&self) -> Result<Vec<Column>> {
        let schema = self.state()?.schema();
        let fields = schema.fields().filter(|field| field.name() != DAY);
        let mut columns: Vec<Column> = fields.map(|field| Column::new(field.name(), told_type(field))).collect();
        columns.sort_by_key(|column| column.name == INGESTED);
        Ok(columns)
    }

    /// The files, oldest day first.
    pub(crate) fn parts(&self) -> Result<Vec<Part>> {
        let state = self.state()?;
        let log = state.snapshot().try_log_data().map_err(|error| self.failed(error))?;
        let mut parts: Vec<Part> = log
            .iter()
            .map(|file| Part {
                path: file.path().into_owned(),
                bytes: u64::try_from(file.size()).unwrap_or(0),
                day: file.partition_values_map().remove(DAY).flatten(),
                stats: file.stats().map(|text| Stats::told(&text, is_own(&file.path()))).unwrap_or_default(),
            })
            .collect();
        parts.sort_by(|left, right| (&left.day, &left.path).cmp(&(&right.day, &right.path)));
        Ok(parts)
    }

    /// Actions that take files away; `data_change` is false when their rows are in files that are added at once.
    pub(super) fn removals(&self, paths: &BTreeSet<&str>, data_change: bool) -> Result<Vec<Remove>> {
        let state = self.state()?;
        let log = state.snapshot().try_log_data().map_err(|error| self.failed(error))?;
        let gone = log.iter().filter(|file| paths.contains(file.path().as_ref()));
        Ok(gone.map(|file| file.remove_action(data_change)).collect())
    }

    /// All rows, with these columns in the engine's types.
    pub(crate) async fn read(&self, columns: &[Column]) -> Result<Vec<RecordBatch>> {
        self.read_parts(&self.parts()?, columns).await
    }

    /// The rows of some parts.
    pub(crate) async fn read_parts(&self, parts: &[Part], columns: &[Column]) -> Result<Vec<RecordBatch>> {
        let mut batches = vec![];
        for part in parts {
            let bytes = self.place.get(&self.place.path(&[&self.name, &part.path])).await?;
            let read = parquet_columns(bytes::Bytes::from(bytes), columns);
            batches.extend(read.map_err(|error| self.failed(format!("{}: {error}", part.path)))?);
        }
        Ok(batches)
    }

    /// Its name that no other table has, however it is called.
    pub(crate) fn id(&self) -> String {
        self.state().map(|state| state.metadata().id().to_owned()).unwrap_or_default()
    }

    /// A setting of the table.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        self.state().ok()?.metadata().configuration().get(key).cloned()
    }

    /// The number of our last commit.
    pub(super) async fn last_number(&self) -> Result<Option<i64>> {
        let (state, log) = (self.state()?, self.table.log_store());
        state.transaction_version(log.as_ref(), WRITER).await.map_err(|error| self.failed(error))
    }

    /// Takes away files that no version of the last `hours` hours names. Gives their paths.
    pub(super) async fn vacuum(&mut self, hours: u64, dry_run: bool) -> Result<Vec<String>> {
        let hours = i64::try_from(hours).unwrap_or(i64::MAX / 10_000_000);
        let vacuum = self.table.clone().vacuum().with_dry_run(dry_run).with_enforce_retention_duration(false);
        let vacuum = vacuum.with_retention_period(chrono::Duration::hours(hours));
        let (table, done) = vacuum.await.map_err(|error| self.failed(error))?;
        self.table = table;
        Ok(done.files_deleted)
    }

    fn state(&self) -> Result<&deltalake_core::table::state::DeltaTableState> {
        self.table.snapshot().map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: impl ToString) -> Error {
        self.place.failed(&self.name, error)
    }
}

/// Makes a table, with columns that a schema tells.
async fn create(place: &Place, name: &str, columns: &[Column]) -> Result<LakeTable> {
    let mut all = columns.to_vec();
    all.push(Column::new(INGESTED, Type::DateTime));
    let mut fields: Vec<_> = all.iter().map(delta_field).collect();
    fields.push(deltalake_core::kernel::StructField::nullable(DAY, deltalake_core::kernel::DataType::DATE));
    let table = place.table(name)?;
    let made = table
        .create()
        .with_table_name(name)
        .with_columns(fields)
        .with_partition_columns([DAY])
        // Skipping asks for times, numbers and counts of nulls; our own statistics have these for every column.
        .with_configuration_property(deltalake_core::TableProperty::DataSkippingNumIndexedCols, Some("-1"))
        .with_save_mode(SaveMode::Ignore)
        .await
        .map_err(|error| place.failed(name, error))?;
    Ok(LakeTable { name: name.to_owned(), place: place.clone(), table: made })
}

/// Commits a change to a table, which is made with the columns of `told` when there is none. False when it was done before.
pub(super) async fn commit(place: &Place, name: &str, told: &[Column], change: &Change) -> Result<bool> {
    let mut table = match LakeTable::open(place, name).await? {
        Some(table) => table,
        None => create(place, name, told).await?,
    };
    for _ in 0..RETRIES_MAX {
        if let (Some(number), Some(last)) = (change.number, table.last_number().await?)
            && last >= number
        {
            return Ok(false);
        }
        let actions = actions(&table, change)?;
        let mut properties = CommitProperties::default().with_max_retries(RETRIES_MAX);
        if let Some(number) = change.number {
            properties = properties.with_application_transaction(Transaction::new(WRITER, number));
        }
        let state = table.state()?;
        let commit = CommitBuilder::from(properties).with_actions(actions);
        let done = commit.build(Some(state), table.table.log_store(), operation(change)).await;
        match done {
            Ok(_) => return Ok(true),
            // Another writer changed the columns or did the same: look again. Files that are to go may be gone by now, and so stay as they are.
            Err(DeltaTableError::Transaction { source: TransactionError::CommitConflict(_) })
                if change.removed.is_empty() =>
            {
                table.table.load().await.map_err(|error| place.failed(name, error))?;
            }
            Err(error) => return Err(table.failed(error)),
        }
    }
    Err(table.failed("other writers were faster a hundred times"))
}

/// Takes a table away: its log from the newest commit to the oldest, so that who reads meanwhile sees an older version or none, then its files.
pub(super) async fn take_away(place: &Place, name: &str) -> Result<()> {
    let mut log = place.files(&place.path(&[name, LOG])).await?;
    // A checkpoint goes after the commit of its version, and what points to one before all.
    log.sort_by_key(|file| {
        let name = file.filename().unwrap_or_default();
        (name.get(..20).unwrap_or("~").to_owned(), !name.ends_with(".json"))
    });
    let is_pointer = |file: &&Path| file.filename().is_some_and(|name| name.starts_with('_'));
    for file in log.iter().filter(is_pointer).chain(log.iter().rev().filter(|file| !is_pointer(file))) {
        place.delete(file).await?;
    }
    for file in place.files(&place.path(&[name])).await? {
        place.delete(&file).await?;
    }
    place.remove_folders(name)
}

fn actions(table: &LakeTable, change: &Change) -> Result<Vec<Action>> {
    let known = table.columns()?;
    let is_new = |column: &&Column| !known.iter().any(|known| known.name == column.name);
    table.check_columns(&change.columns)?;
    let added: Vec<_> = change.columns.iter().filter(is_new).map(delta_field).collect();
    let state = table.state()?;
    let mut actions: Vec<Action> = vec![];
    let mut metadata = None;
    if !added.is_empty() {
        let schema = state.schema();
        let fields = schema.fields().cloned().chain(added);
        let schema = StructType::try_new(fields).map_err(|error| table.failed(error))?;
        metadata = Some(state.metadata().clone().with_schema(&schema).map_err(|error| table.failed(error))?);
    }
    for (key, value) in &change.settings {
        let before = metadata.take().unwrap_or_else(|| state.metadata().clone());
        metadata = Some(before.add_config_key(key.clone(), value.clone()).map_err(|error| table.failed(error))?);
    }
    actions.extend(metadata.map(Action::Metadata));
    actions.extend(change.removed.iter().cloned().map(Action::Remove));
    actions.extend(change.added.iter().cloned().map(Action::Add));
    Ok(actions)
}

fn operation(change: &Change) -> DeltaOperation {
    let is_rewritten = !change.removed.is_empty() && change.removed.iter().all(|remove| !remove.data_change);
    if is_rewritten {
        return DeltaOperation::Optimize { predicate: None, target_size: 0 };
    }
    if !change.removed.is_empty() && change.added.is_empty() {
        return DeltaOperation::Delete { predicate: None };
    }
    if change.added.is_empty() {
        return DeltaOperation::SetTableProperties { properties: change.settings.clone() };
    }
    let mode = if change.removed.is_empty() { SaveMode::Append } else { SaveMode::Overwrite };
    DeltaOperation::Write { mode, partition_by: Some(vec![DAY.to_owned()]), predicate: None }
}
