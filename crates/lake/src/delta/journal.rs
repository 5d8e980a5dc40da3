//! Several tables changed at once, or not at all.
//!
//! Delta knows commits of one table. What is ingested together lands in many, and the ledger of files read is one of them; half of it would be
//! rows stored twice or never. So what is to be committed is written down first, as one file, which is the moment at which it is decided; then
//! each table is committed, under the number of the entry; then the entry is taken away. Whoever finds an entry does what is left of it. Only
//! one at a time may write, which [`super::lock`] sees to.

use std::collections::{BTreeMap, BTreeSet};

use deltalake_core::kernel::{Add, Remove};
use semantics::{Column, Type};
use serde::{Deserialize, Serialize};

use super::place::{OWN, Place};
use super::table::{Change, LakeTable, commit, take_away};
use crate::error::{Error, Result};

const FOLDER: &str = "journal";

/// What is decided.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Greater than that of every entry before.
    pub(super) number: i64,
    /// What each table gets, in the order in which they are committed.
    pub(super) tables: Vec<TableEntry>,
}

/// What one table gets.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TableEntry {
    /// The table.
    pub(super) name: String,
    /// All columns of a table that is to be made, as name and type.
    pub(super) told: Vec<(String, String)>,
    /// Those that the files have.
    pub(super) columns: Vec<(String, String)>,
    /// The files.
    pub(super) added: Vec<Add>,
    /// Do they stand for all rows that the table had?
    #[serde(default)]
    pub(super) replaces: bool,
    /// Is the table taken away?
    #[serde(default)]
    pub(super) drops: bool,
    /// Settings to change.
    #[serde(default)]
    pub(super) settings: BTreeMap<String, String>,
}

impl TableEntry {
    /// A table that is taken away.
    pub(super) fn dropped(name: &str) -> Self {
        let (told, columns, added) = (vec![], vec![], vec![]);
        Self { name: name.to_owned(), told, columns, added, replaces: false, drops: true, settings: BTreeMap::new() }
    }
}

/// Columns as they are written down.
pub(super) fn written(columns: &[Column]) -> Vec<(String, String)> {
    columns.iter().map(|column| (column.name.clone(), column.ty.to_string())).collect()
}

fn read(columns: &[(String, String)]) -> Vec<Column> {
    let column = |(name, ty): &(String, String)| Column::new(name, Type::from_name(ty).unwrap_or(Type::String));
    columns.iter().map(column).collect()
}

/// Decides an entry, and does it.
pub(super) async fn run(place: &Place, entry: &Entry) -> Result<()> {
    let path = place.path(&[OWN, FOLDER, &format!("{:020}.json", entry.number)]);
    place.put(&path, serde_json::to_vec(entry).map_err(Error::bug)?).await?;
    apply(place, entry).await?;
    place.delete(&path).await
}

/// Does what is left of entries that a crash left behind. Gives how many there were.
pub(super) async fn finish(place: &Place) -> Result<usize> {
    let left = pending(place).await?;
    for path in &left {
        let entry: Entry = serde_json::from_slice(&place.get(path).await?)
            .map_err(|error| place.failed(&format!("{OWN}/{FOLDER}"), error))?;
        apply(place, &entry).await?;
        place.delete(path).await?;
    }
    Ok(left.len())
}

/// Entries that are decided and perhaps not done, oldest first.
pub(super) async fn pending(place: &Place) -> Result<Vec<datafusion::object_store::path::Path>> {
    let mut found = place.files(&place.path(&[OWN, FOLDER])).await?;
    found.retain(|path| path.extension() == Some("json"));
    Ok(found)
}

async fn apply(place: &Place, entry: &Entry) -> Result<()> {
    for table in &entry.tables {
        if table.drops {
            take_away(place, &table.name).await?;
            continue;
        }
        let change = Change {
            columns: read(&table.columns),
            added: table.added.clone(),
            removed: if table.replaces { replaced(place, &table.name).await? } else { vec![] },
            settings: table.settings.clone().into_iter().collect(),
            number: Some(entry.number),
        };
        commit(place, &table.name, &read(&table.told), &change).await?;
    }
    Ok(())
}

/// All files that a table has. When the entry was done before, the commit is refused by its number, whatever they are.
async fn replaced(place: &Place, name: &str) -> Result<Vec<Remove>> {
    let Some(table) = LakeTable::open(place, name).await? else { return Ok(vec![]) };
    let parts = table.parts()?;
    let paths: BTreeSet<&str> = parts.iter().map(|part| part.path.as_str()).collect();
    table.removals(&paths, true)
}
