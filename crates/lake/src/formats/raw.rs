//! Rows of a stream with told columns, under construction.
//!
//! In: fields at the places of their columns, and where the record was found. Out: the columns, in the stream's order. A field that is not
//! given, or that its column's type cannot hold, is absent; of two fields for one column the first counts. Every stream's last two columns are
//! the file and the offset.

use arrow::array::ArrayRef;
use semantics::Type;

use super::cell::{Cell, Column};
use super::rows::{Place, as_long};

/// A value of a raw row.
#[derive(Clone, Copy)]
pub(super) enum Field<'f> {
    /// Text, read as the column's type asks.
    Text(&'f str),
    /// Ticks of a datetime.
    Ticks(Option<i64>),
    /// Minified JSON text.
    Json(&'f str),
}

/// Rows of one stream.
pub(super) struct RawRows {
    told: &'static [(&'static str, Type)],
    columns: Vec<Column>,
    row_count: usize,
    byte_count: usize,
}

impl RawRows {
    /// No rows of a stream with those columns yet.
    pub(super) fn new(told: &'static [(&'static str, Type)]) -> Self {
        Self { told, columns: empty(told), row_count: 0, byte_count: 0 }
    }

    /// Rows so far.
    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    /// Bytes of text so far, nearly.
    pub(super) fn byte_count(&self) -> usize {
        self.byte_count
    }

    /// Adds a row, and names the columns whose field did not fit.
    pub(super) fn push<'f>(
        &mut self,
        fields: impl IntoIterator<Item = (usize, Field<'f>)>,
        place: Place<'_>,
    ) -> Vec<&'static str> {
        let mut misfits = vec![];
        for (at, field) in fields {
            if !self.set(at, field) {
                misfits.extend(self.told.get(at).map(|(name, _)| *name));
            }
        }
        let last = self.told.len();
        self.set(last.saturating_sub(2), Field::Text(place.file));
        let offset = as_long(place.offset).to_string();
        self.set(last.saturating_sub(1), Field::Text(&offset));
        self.row_count += 1;
        for column in self.columns.iter_mut().filter(|column| column.row_count() < self.row_count) {
            column.push_absent();
        }
        misfits
    }

    /// The columns; nothing is left.
    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.row_count = 0;
        self.byte_count = 0;
        std::mem::replace(&mut self.columns, empty(self.told)).into_iter().map(Column::finish).collect()
    }

    /// False: the column cannot hold the field.
    fn set(&mut self, at: usize, field: Field<'_>) -> bool {
        let Some(column) = self.columns.get_mut(at) else { return true };
        if column.row_count() > self.row_count {
            return true;
        }
        match field {
            Field::Text("") => true,
            Field::Text(text) => {
                self.byte_count += text.len();
                column.push(Cell::Text(text))
            }
            Field::Ticks(ticks) => {
                column.push_ticks(ticks);
                true
            }
            Field::Json(json) => {
                self.byte_count += json.len();
                column.push_json(json);
                true
            }
        }
    }
}

fn empty(told: &[(&str, Type)]) -> Vec<Column> {
    told.iter().map(|(_, ty)| Column::new(*ty, 0)).collect()
}
