//! Records → rows of a table of the user's own.
//!
//! In: the table with all columns that a [`super::Survey`] found, and the records again. Out: batches, each with those columns that have values in it.
//! The time of a record that tells none is absent; it is the time of ingestion, which whoever stores the rows knows.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use semantics::TableSchema;

use super::super::account::Account;
use super::super::as_is::type_of;
use super::super::cell::Cell;
use super::super::table::TableRows;
use super::super::ticks;
use super::fit::{beside, fits};
use super::index::{Found, Index, respelled};
use super::survey::NAMES_MAX;
use super::{CustomTable, Record, TIME, column_name, too_many};

/// Rows under construction.
pub(crate) struct CustomRows {
    pub(super) table: CustomTable,
    pub(super) index: Index,
    rows: TableRows,
}

/// Where a value of a record goes.
enum Place {
    At(usize),
    /// No column has a name for it and its type.
    Nowhere,
    /// The column is not there.
    Lacking,
}

impl CustomRows {
    /// No rows yet.
    pub(crate) fn new(table: CustomTable) -> Self {
        let index = Index::of(table.columns.iter().map(|column| column.name.as_str()));
        let schema = TableSchema { name: table.name.clone(), columns: table.columns.clone(), compat: vec![] };
        Self { table, index, rows: TableRows::new(Arc::new(schema)) }
    }

    /// The table.
    pub(in super::super) fn name(&self) -> &str {
        &self.table.name
    }

    /// Rows and bytes so far.
    pub(in super::super) fn size(&self) -> (usize, usize) {
        (self.rows.row_count(), self.rows.byte_count())
    }

    /// Adds a row.
    ///
    /// - Errors: what is wrong with a record that is none.
    pub(in super::super) fn push(&mut self, record: &Record<'_>, account: &mut Account) -> Result<(), String> {
        let mut cells = vec![];
        let mut lacking = 0;
        for (key, cell) in record.iter().filter(|(_, cell)| !cell.is_empty()) {
            let name = column_name(key)?;
            match self.place(name, *cell) {
                Place::At(at) => cells.push((at, *cell)),
                Place::Nowhere => account.misfit(&self.table.name, key),
                Place::Lacking => lacking += 1,
            }
        }
        if lacking > 0 {
            return Err(too_many(&self.table.name, lacking));
        }
        let told = self.time(record, account);
        if let (Some(ticks), Found::At(at)) = (told, self.index.find(TIME)) {
            self.rows.set_ticks(at, ticks);
        }
        self.rows.push_at(cells.into_iter(), account);
        Ok(())
    }

    /// The rows; nothing is left.
    pub(in super::super) fn finish(&mut self) -> (SchemaRef, Vec<ArrayRef>) {
        self.rows.finish()
    }

    /// The time in the column that was named for it.
    fn time(&self, record: &Record<'_>, account: &mut Account) -> Option<i64> {
        let wanted = self.table.time_column.as_deref()?;
        let (_, cell) = record.iter().find(|(key, cell)| *key == wanted && !cell.is_empty())?;
        let ticks = ticks_of(*cell);
        if ticks.is_none() {
            account.misfit(&self.table.name, TIME);
        }
        ticks
    }

    fn place(&self, mut name: Cow<'_, str>, cell: Cell<'_>) -> Place {
        for _ in 0..NAMES_MAX {
            match self.index.find(&name) {
                Found::At(at) => {
                    if self.table.columns.get(at).is_some_and(|column| fits(column.ty, cell)) {
                        return Place::At(at);
                    }
                    name = Cow::Owned(format!("{name}{}", beside(type_of(cell)).0));
                }
                Found::Other => name = respelled(&name),
                Found::None => return Place::Lacking,
            }
        }
        Place::Nowhere
    }
}

/// A time as text, or a number since 1970 whose size tells its unit: seconds until the year 5138, else milli-, micro- or nanoseconds.
fn ticks_of(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Number(text) => epoch(text),
        _ => cell.as_str().and_then(|text| ticks::datetime(text).or_else(|| epoch(text.trim()))),
    }
}

/// The same of a number's text.
pub(super) fn epoch(text: &str) -> Option<i64> {
    let whole: i64 = text.split_once('.').map_or(text, |(whole, _)| whole).parse().ok()?;
    match whole.unsigned_abs() {
        0..100_000_000_000 => ticks::epoch_seconds(text),
        100_000_000_000..100_000_000_000_000 => ticks::unix_microseconds(whole.checked_mul(1_000)?),
        100_000_000_000_000..100_000_000_000_000_000 => ticks::unix_microseconds(whole),
        _ => ticks::unix_microseconds(whole.div_euclid(1_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,714,557,600 s after 1970 is 2024-05-01T10:00:00Z (`date -u -d @1714557600`).
    #[test]
    fn the_size_of_a_number_tells_its_unit() {
        let expected = ticks::datetime("2024-05-01T10:00:00Z");
        for text in ["1714557600", "1714557600000", "1714557600000000", "1714557600000000000", "1714557600.0"] {
            assert_eq!(epoch(text), expected, "{text}");
        }
        assert_eq!(epoch("1714557600.5"), ticks::datetime("2024-05-01T10:00:00.5Z"));
        assert_eq!(epoch("soon"), None);
    }
}
