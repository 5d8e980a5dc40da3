//! Several tables changed at once, or not at all.
//!
//! Delta knows commits of one table. What is ingested together lands in many, and the ledger of files read is one of them; half of it would be
//! rows stored twice or never. So what is to be committed is written down first, as one file, which is the moment at which it is decided; then
//! each table is committed, under the number of the entry; then the entry is taken away. Whoever finds an entry does what is left of it. Only
//! one at a time may write, which [`super::lock`] sees to on one machine. Writers of several machines, which an object store may have, come upon
//! each other here: of two entries of one number the second is refused, and so is one whose number the ledger has already.

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

/// Decides an entry, and does it. Every entry adds to the ledger.
///
/// - Errors: another machine that writes at the same time; nothing is decided then.
pub(super) async fn run(place: &Place, entry: &Entry, ledger: &str) -> Result<()> {
    let path = place.path(&[OWN, FOLDER, &format!("{:020}.json", entry.number)]);
    let overtaken =
        || place.failed("", "another machine has stored rows meanwhile; what was read is to be ingested again");
    if !place.put_new(&path, serde_json::to_vec(entry).map_err(Error::bug)?).await? {
        return Err(overtaken());
    }
    // The lock of a folder is everybody's. Elsewhere an entry of this number may have come and gone since the ledger was read.
    if place.folder.is_none()
        && let Some(table) = LakeTable::open(place, ledger).await?
        && table.last_number().await?.is_some_and(|last| last >= entry.number)
    {
        place.delete(&path).await?;
        return Err(overtaken());
    }
    apply(place, entry).await?;
    place.delete(&path).await
}

/// Does what is left of entries that a crash left behind. Gives how many there were.
pub(super) async fn finish(place: &Place) -> Result<usize> {
    let left = pending(place).await?;
    for path in &left {
        // In an object store, whoever decided it may be alive and done with it.
        let Some(bytes) = place.find(path).await? else { continue };
        let entry: Entry =
            serde_json::from_slice(&bytes).map_err(|error| place.failed(&format!("{OWN}/{FOLDER}"), error))?;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;
    use crate::delta::{NewRows, Writer};

    fn rows(table: &str, value: i64) -> NewRows {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![value]));
        NewRows::of(table, vec![Column::new("n", Type::Long)], vec![array]).expect("rows")
    }

    async fn append(writer: &mut Writer, value: i64) -> Result<()> {
        writer.append(vec![rows("T", value)], rows("L", value), 0).await
    }

    async fn stored(place: &Place) -> Vec<u64> {
        let mut counts = vec![];
        for table in ["T", "L"] {
            let table = LakeTable::open(place, table).await.expect("it can be read").expect("it is there");
            counts.push(table.parts().expect("parts").iter().filter_map(|part| part.stats.rows).sum());
        }
        counts
    }

    /// Two machines that write to one object store do not see each other's locks: the second to decide is refused, and what it had is in no table.
    #[tokio::test]
    async fn of_two_machines_the_second_is_refused() {
        let place = Place::in_memory();
        let (mut one, mut other) = (Writer::unlocked(&place), Writer::unlocked(&place));
        append(&mut one, 1).await.expect("the first");
        append(&mut other, 2).await.expect("it has seen the first");
        assert!(append(&mut one, 3).await.is_err_and(|error| error.to_string().contains("another machine")));
        assert_eq!(stored(&place).await, [2, 2]);
        assert_eq!(pending(&place).await.expect("a list"), []);
        // Whoever looks again goes on.
        append(&mut Writer::unlocked(&place), 3).await.expect("it has seen both");
        assert_eq!(stored(&place).await, [3, 3]);
    }

    /// A machine finds the decision of another that is still at it: both carry it out, and it is carried out once.
    #[tokio::test]
    async fn a_decision_is_carried_out_once() {
        let place = Place::in_memory();
        append(&mut Writer::unlocked(&place), 1).await.expect("stored");
        let mut writer = Writer::unlocked(&place);
        let mut tables = vec![];
        for rows in [rows("T", 2), rows("L", 2)] {
            tables.push(writer.write(rows, 7).await.expect("written"));
        }
        let entry = Entry { number: 2, tables };
        let path = place.path(&[OWN, FOLDER, "00000000000000000002.json"]);
        assert!(place.put_new(&path, serde_json::to_vec(&entry).expect("JSON")).await.expect("put"));
        assert!(append(&mut Writer::unlocked(&place), 3).await.is_err());
        let (here, there) = tokio::join!(apply(&place, &entry), finish(&place));
        here.expect("carried out");
        assert_eq!(there.expect("carried out"), 1);
        assert_eq!(stored(&place).await, [2, 2]);
        assert_eq!(finish(&place).await.expect("nothing is left"), 0);
    }
}
