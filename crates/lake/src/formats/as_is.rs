//! A file that is a table by itself (`--table NAME=FILE`): its columns as they are, their types inferred.
//!
//! In: a Parquet, CSV or JSON file, the last two gzipped or not. Out: columns and batches, or for Parquet the place to scan. The file is read
//! twice: a column has the narrowest type that holds all of its values, and that is known at its end only. The rows stay in memory: such a
//! table is a watchlist or a lookup, not telemetry.

use std::io::Read;
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use hashbrown::HashMap;
use semantics::{Column as Named, Type};
use serde_json::{Map, Value};

use super::account::Account;
use super::batches::Batches;
use super::cell::Cell;
use super::{csv, json, ticks, with_text};
use crate::open::{self, Options};
use crate::record::{FileSummary, ReadError};

/// Columns of a table; keys of JSON past these are dropped, since they are data that was used as names.
pub(super) const COLUMNS_MAX: usize = 4_096;

/// A file that is a table by itself.
#[derive(Debug)]
pub enum AsIs {
    /// A Parquet file, to be scanned in place.
    Parquet(PathBuf),
    /// The rows of a CSV or JSON file.
    Rows {
        /// Its columns, in the order of the header or of first occurrence.
        columns: Vec<Named>,
        /// Its rows.
        batches: Vec<RecordBatch>,
        /// Which of them could not be read.
        summary: FileSummary,
    },
}

/// Reads a file as the table that it is.
///
/// - Types: long, real, datetime (ISO 8601), bool, and string for anything else; nested JSON is dynamic. Numbers with a leading zero are
///   strings, because they are codes. Source: our choice.
/// - Errors: the path cannot be read. A row that cannot be read is counted in the summary.
pub fn read_as_is(path: &Path, options: &Options<'_>) -> Result<AsIs, ReadError> {
    if open::is_parquet(path)? {
        return Ok(AsIs::Parquet(path.to_owned()));
    }
    let mut inferred = Inferred::default();
    each_row(path, options, &mut Account::default(), &mut |cells, _| inferred.see(cells))?;
    let columns = inferred.columns();
    let mut account = Account::new(path.display().to_string());
    let mut build = Build::new(&columns);
    each_row(path, options, &mut account, &mut |cells, account| {
        account.good("rows");
        build.push(cells, account);
    })?;
    if inferred.is_cut {
        account.note(format!("more than {COLUMNS_MAX} columns; the rest is dropped"));
    }
    let batches = build.finish();
    Ok(AsIs::Rows { columns, batches, summary: account.finish() })
}

/// Names and cells of one row.
type Row<'r> = [(&'r str, Cell<'r>)];

fn each_row(
    path: &Path,
    options: &Options<'_>,
    account: &mut Account,
    take: &mut dyn FnMut(&Row<'_>, &mut Account),
) -> Result<(), ReadError> {
    let mut reader = open::plain(path, options)?;
    with_text(&mut reader, account, &mut |head, text, account| {
        if head.trim_start().starts_with(['{', '[']) {
            return json::each_object(
                text,
                head,
                account,
                options.record_bytes_max,
                &mut |object: &Map<String, Value>, _, account: &mut Account| {
                    let row: Vec<(&str, Cell<'_>)> =
                        object.iter().map(|(key, value)| (key.as_str(), Cell::of(value))).collect();
                    take(&row, account);
                    Ok(())
                },
            );
        }
        each_headed_row(head, text, options.record_bytes_max, account, &mut |names, cells, account| {
            let row: Vec<(&str, Cell<'_>)> =
                names.iter().zip(&cells).map(|(name, cell)| (name.as_str(), Cell::Text(cell))).collect();
            take(&row, account);
            Ok(())
        })
        .map(drop)
    })
}

/// The names and the rows of a CSV file with a header; rows of another width are counted as bad.
pub(crate) fn read_header_and_rows(
    reader: &mut dyn Read,
    account: &mut Account,
) -> Result<(Vec<String>, Vec<Vec<String>>), ReadError> {
    let (mut names, mut rows) = (vec![], vec![]);
    with_text(reader, account, &mut |head, text, account| {
        names = each_headed_row(head, text, open::RECORD_BYTES_MAX, account, &mut |_, cells, account| {
            account.good("rows");
            rows.push(cells);
            Ok(())
        })?;
        Ok(())
    })?;
    Ok((names, rows))
}

/// Takes the names and the cells of a row, or says why it cannot.
pub(crate) type TakeCells<'t> = dyn FnMut(&[String], &[String]) -> Result<(), String> + 't;

/// Gives the rows of a CSV file with a header, and the names in the end; rows of another width, and those that are refused, are counted as bad.
pub(crate) fn read_headed_rows(
    reader: &mut dyn Read,
    account: &mut Account,
    take: &mut TakeCells<'_>,
) -> Result<Vec<String>, ReadError> {
    let mut names = vec![];
    with_text(reader, account, &mut |head, text, account| {
        names = each_headed_row(head, text, open::RECORD_BYTES_MAX, account, &mut |names, cells, account| {
            take(names, &cells).map(|()| account.good("rows"))
        })?;
        Ok(())
    })?;
    Ok(names)
}

/// Takes the cells of a row, with the names of their columns, or says why it cannot.
type TakeHeaded<'t> = dyn FnMut(&[String], Vec<String>, &mut Account) -> Result<(), String> + 't;

/// Gives the rows of a CSV text under the names of its header, and the names in the end; rows of another width are counted as bad.
fn each_headed_row(
    head: &str,
    text: &mut dyn Read,
    record_bytes_max: usize,
    account: &mut Account,
    take: &mut TakeHeaded<'_>,
) -> Result<Vec<String>, ReadError> {
    account.format("csv");
    let separator = head.lines().next().and_then(csv::separator_of).unwrap_or(',');
    let mut names: Option<Vec<String>> = None;
    csv::each_row(text, separator, account, record_bytes_max, &mut |row, account| {
        let csv::Row { offset, text, cells } = row;
        match &names {
            None => names = Some(unique_names(&cells)),
            Some(names) if names.len() != cells.len() => {
                let reason = format!("{} cells where the header has {}", cells.len(), names.len());
                account.bad_record(offset, reason, text.as_bytes());
            }
            Some(names) => {
                if let Err(reason) = take(names, cells, account) {
                    account.bad_record(offset, reason, text.as_bytes());
                }
            }
        }
        Ok(())
    })?;
    Ok(names.unwrap_or_default())
}

/// Names for every column: `Column3` for one without, a number after one that occurs again.
pub(super) fn unique_names(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (idx, cell) in header.iter().enumerate() {
        let name = csv::column_name(cell);
        let wanted = if name.is_empty() { format!("Column{}", idx + 1) } else { name };
        let mut free = wanted.clone();
        let mut number = 1;
        while names.contains(&free) {
            free = format!("{wanted}{number}");
            number += 1;
        }
        names.push(free);
    }
    names
}

/// What the columns seen so far may be.
#[derive(Default)]
struct Inferred {
    names: Vec<String>,
    types: Vec<Option<Type>>,
    positions: HashMap<String, usize>,
    is_cut: bool,
}

impl Inferred {
    fn see(&mut self, row: &Row<'_>) {
        for (name, cell) in row {
            let at = match self.positions.get(*name) {
                Some(at) => *at,
                None if self.names.len() >= COLUMNS_MAX => {
                    self.is_cut = true;
                    continue;
                }
                None => {
                    self.positions.insert((*name).to_owned(), self.names.len());
                    self.names.push((*name).to_owned());
                    self.types.push(None);
                    self.names.len() - 1
                }
            };
            if let Some(ty) = self.types.get_mut(at).filter(|_| !cell.is_empty()) {
                *ty = Some(ty.map_or_else(|| type_of(*cell), |ty| merged(ty, type_of(*cell))));
            }
        }
    }

    fn columns(&self) -> Vec<Named> {
        self.names.iter().zip(&self.types).map(|(name, ty)| Named::new(name, ty.unwrap_or(Type::String))).collect()
    }
}

/// The narrowest type of a value.
pub(super) fn type_of(cell: Cell<'_>) -> Type {
    match cell {
        Cell::Bool(_) => Type::Bool,
        Cell::Number(text) => number_type(text).unwrap_or(Type::Real),
        Cell::Tree(_) => Type::Dynamic,
        Cell::String(text) if ticks::iso_datetime(text).is_some() => Type::DateTime,
        Cell::String(_) | Cell::Null => Type::String,
        Cell::Text(text) => match number_type(text) {
            Some(ty) => ty,
            None if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => Type::Bool,
            None if ticks::iso_datetime(text).is_some() => Type::DateTime,
            None => Type::String,
        },
    }
}

/// Long or real, of text that is written as a number and nothing else.
pub(super) fn number_type(text: &str) -> Option<Type> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if is_code || !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if text.parse::<i64>().is_ok() {
        return Some(Type::Long);
    }
    text.parse::<f64>().is_ok_and(f64::is_finite).then_some(Type::Real)
}

/// The narrowest type that holds both.
fn merged(left: Type, right: Type) -> Type {
    match (left, right) {
        _ if left == right => left,
        (Type::Long, Type::Real) | (Type::Real, Type::Long) => Type::Real,
        (Type::Dynamic, _) | (_, Type::Dynamic) => Type::Dynamic,
        _ => Type::String,
    }
}

/// The rows so far.
struct Build<'c> {
    positions: HashMap<&'c str, usize>,
    batches: Batches<'c>,
}

impl<'c> Build<'c> {
    fn new(columns: &'c [Named]) -> Self {
        let positions = columns.iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect();
        Self { positions, batches: Batches::new(columns) }
    }

    fn push(&mut self, row: &Row<'_>, account: &mut Account) {
        for (name, cell) in row {
            let Some(column) = self.positions.get(*name).and_then(|at| self.batches.unfilled(*at)) else { continue };
            if !cell.is_empty() && !column.push(*cell) {
                account.misfit("the file", name);
            }
        }
        self.batches.row_ended();
    }

    fn finish(self) -> Vec<RecordBatch> {
        self.batches.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules stand in the documentation of [`read_as_is`].
    #[test]
    fn the_narrowest_type() {
        let text = |text: &str| type_of(Cell::Text(text));
        assert_eq!(
            [text("12"), text("-1"), text("1.5"), text("1e3")],
            [Type::Long, Type::Long, Type::Real, Type::Real]
        );
        assert_eq!(
            [text("007"), text("0.5"), text("nan"), text("10.0.0.1")],
            [Type::String, Type::Real, Type::String, Type::String]
        );
        assert_eq!([text("True"), text("2024-01-02"), text("x")], [Type::Bool, Type::DateTime, Type::String]);
        assert_eq!(merged(Type::Long, Type::Real), Type::Real);
        assert_eq!(merged(Type::Long, Type::DateTime), Type::String);
    }
}
