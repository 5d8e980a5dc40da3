//! Records → the columns that a table needs to hold them.
//!
//! In: the columns that the table has, and every record of a file. Out: those, and new ones behind them in the order in which they are met. A
//! record that would be too much leaves nothing behind.

use std::borrow::Cow;

use semantics::{Column, Type};

use super::super::as_is::type_of;
use super::super::cell::Cell;
use super::fit::{beside, fits, widened};
use super::index::{Found, Index, respelled};
use super::{COLUMNS_MAX, CustomTable, Record, column_name};

/// Names that are tried for one value: its own, one beside it, and one beside that.
pub(super) const NAMES_MAX: usize = 4;

/// What is known of the columns so far.
#[derive(Debug)]
pub(crate) struct Survey {
    index: Index,
    columns: Vec<Surveyed>,
    /// How many the table has already.
    known: usize,
}

#[derive(Debug)]
struct Surveyed {
    name: String,
    /// None before there is a value.
    ty: Option<Type>,
    /// Are all values cells of CSV?
    is_text: bool,
}

/// Where a value of a record goes.
enum Place<'n> {
    /// Into a column, which has this type then.
    Into(usize, Type),
    /// Into a column that is made for it.
    New(Cow<'n, str>, Type),
}

impl Survey {
    /// A survey of a table.
    pub(crate) fn new(table: &CustomTable) -> Self {
        let known = |column: &Column| Surveyed { name: column.name.clone(), ty: Some(column.ty), is_text: false };
        Self {
            index: Index::of(table.columns.iter().map(|column| column.name.as_str())),
            columns: table.columns.iter().map(known).collect(),
            known: table.columns.len(),
        }
    }

    /// The columns after all records.
    pub(crate) fn finish(self) -> Vec<Column> {
        let column = |column: Surveyed| Column::new(column.name, column.ty.unwrap_or(Type::String));
        self.columns.into_iter().map(column).collect()
    }

    /// Takes note of a record.
    pub(in super::super) fn see(&mut self, record: &Record<'_>) {
        let mut places = vec![];
        for (key, cell) in record.iter().filter(|(_, cell)| !cell.is_empty()) {
            let Ok(name) = column_name(key) else { return };
            if let Some(place) = self.place(name, *cell) {
                places.push((place, *cell));
            }
        }
        let mut new: Vec<&str> = places
            .iter()
            .filter_map(|(place, _)| match place {
                Place::New(name, _) => Some(name.as_ref()),
                Place::Into(..) => None,
            })
            .collect();
        new.sort_unstable();
        new.dedup();
        if self.columns.len() + new.len() > COLUMNS_MAX {
            return;
        }
        for (place, cell) in places {
            // A name may be one that the record has in another case.
            let place = match place {
                Place::New(name, ty) => match self.place(name, cell) {
                    Some(Place::New(name, _)) => Some(Place::New(name, ty)),
                    other => other,
                },
                Place::Into(..) => Some(place),
            };
            let is_text = matches!(cell, Cell::Text(_));
            match place {
                Some(Place::Into(at, ty)) => self.take(at, ty, is_text),
                Some(Place::New(name, ty)) => self.add(&name, Some(ty), is_text),
                None => {}
            }
        }
    }

    /// Takes note of the names in the header of a CSV file, which are columns even without a value.
    pub(in super::super) fn see_header(&mut self, names: &[String]) {
        let names: Vec<_> = names.iter().filter_map(|name| column_name(name).ok()).collect();
        if self.columns.len() + names.len() <= COLUMNS_MAX {
            names.iter().for_each(|name| self.add(name, None, true));
        }
    }

    /// Takes note of a column of a Parquet file, whose values are all of one type. Gives the name of the column that takes them.
    pub(super) fn see_column(&mut self, name: &str, ty: Type) {
        let Ok(name) = column_name(name) else { return };
        if let Some((name, ty)) = placed_column(name, ty, |name| self.find(name))
            && self.columns.len() < COLUMNS_MAX
        {
            self.add(&name, Some(ty), false);
        }
    }

    /// Whether there is a column of that name, and its type.
    fn find(&self, name: &str) -> (Found, Option<Type>) {
        self.index.typed(name, |at| self.columns.get(at)?.ty)
    }

    fn place<'n>(&self, mut name: Cow<'n, str>, cell: Cell<'_>) -> Option<Place<'n>> {
        let mut made = type_of(cell);
        for _ in 0..NAMES_MAX {
            match self.index.find(&name) {
                Found::At(at) => match self.columns.get(at)? {
                    Surveyed { ty: None, .. } => return Some(Place::Into(at, made)),
                    Surveyed { ty: Some(ty), .. } if at < self.known && fits(*ty, cell) => {
                        return Some(Place::Into(at, *ty));
                    }
                    Surveyed { ty: Some(ty), is_text, .. } if at >= self.known => {
                        if let Some(ty) = widened(*ty, *is_text, cell) {
                            return Some(Place::Into(at, ty));
                        }
                    }
                    Surveyed { .. } => {}
                },
                Found::Other => {
                    name = respelled(&name);
                    continue;
                }
                Found::None => return Some(Place::New(name, made)),
            }
            let (end, ty) = beside(type_of(cell));
            name = Cow::Owned(format!("{name}{end}"));
            made = ty;
        }
        None
    }

    fn take(&mut self, at: usize, ty: Type, is_text: bool) {
        if let Some(column) = self.columns.get_mut(at).filter(|_| at >= self.known) {
            column.is_text = is_text && (column.is_text || column.ty.is_none());
            column.ty = Some(ty);
        }
    }

    fn add(&mut self, name: &str, ty: Option<Type>, is_text: bool) {
        if self.index.find(name) == Found::None {
            self.index.add(name, self.columns.len());
            self.columns.push(Surveyed { name: name.to_owned(), ty, is_text });
        }
    }
}

/// The column that takes all values of a type, which has that type or holds it without loss; made when there is none.
pub(super) fn placed_column<'n>(
    mut name: Cow<'n, str>,
    ty: Type,
    find: impl Fn(&str) -> (Found, Option<Type>),
) -> Option<(Cow<'n, str>, Type)> {
    let mut made = ty;
    for _ in 0..NAMES_MAX {
        match find(&name) {
            (Found::None, _) => return Some((name, made)),
            (Found::At(_), Some(known)) if holds(known, ty) => return Some((name, known)),
            (Found::Other, _) => name = respelled(&name),
            (Found::At(_), _) => {
                let (end, beside) = beside(ty);
                name = Cow::Owned(format!("{name}{end}"));
                made = beside;
            }
        }
    }
    None
}

/// Does a column of the one type hold every value of the other?
fn holds(known: Type, ty: Type) -> bool {
    known == ty
        || matches!(
            (known, ty),
            (Type::Long, Type::Int)
                | (Type::Real, Type::Int | Type::Long)
                | (Type::String, Type::Dynamic)
                | (Type::Dynamic, Type::String | Type::Bool | Type::Int | Type::Long | Type::Real)
        )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn columns(known: &[(&str, Type)], records: &[Value]) -> Vec<(String, Type)> {
        let known = known.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
        let mut survey = Survey::new(&CustomTable::new("T_CL", None, known));
        for record in records {
            let cells: Vec<(&str, Cell<'_>)> = record
                .as_object()
                .expect("an object")
                .iter()
                .map(|(key, value)| (key.as_str(), Cell::of(value)))
                .collect();
            survey.see(&cells);
        }
        survey.finish().into_iter().skip(1).map(|column| (column.name, column.ty)).collect()
    }

    fn named(columns: &[(&str, Type)]) -> Vec<(String, Type)> {
        columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect()
    }

    /// The rules stand in the documentation of the module.
    #[test]
    fn columns_follow_from_the_records() {
        let records = [
            json!({"a": 1, "b": true, "c": "x", "d": {"k": 1}, "e": "2024-05-01T00:00:00Z", "f": 1.5, "g": null}),
            json!({"a": 2.5, "b": "no", "c": 3, "e": "later", "f": [1], "h": []}),
        ];
        let expected = [
            ("a", Type::Real),
            ("b", Type::Bool),
            ("c", Type::String),
            ("d", Type::Dynamic),
            ("e", Type::String),
            ("f", Type::Real),
            ("b_s", Type::String),
            ("c_d", Type::Real),
            ("f_s", Type::String),
            ("h", Type::Dynamic),
        ];
        assert_eq!(columns(&[], &records), named(&expected));
    }

    /// What is stored keeps its type.
    #[test]
    fn a_column_that_is_known_does_not_change() {
        let known = [("TimeGenerated", Type::DateTime), ("n", Type::Long), ("n_d", Type::Bool)];
        let expected = [("n", Type::Long), ("n_d", Type::Bool), ("n_d_d", Type::Real), ("N_2", Type::Long)];
        assert_eq!(columns(&known, &[json!({"n": 1.5, "N": 7})]), named(&expected));
    }

    #[test]
    fn a_record_that_is_too_much_leaves_nothing_behind() {
        let wide: Value =
            (0..COLUMNS_MAX).map(|number| (format!("k{number}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
        assert_eq!(
            columns(&[], &[json!({"a": 1}), wide, json!({"b": 1})]),
            named(&[("a", Type::Long), ("b", Type::Long)])
        );
    }
}
