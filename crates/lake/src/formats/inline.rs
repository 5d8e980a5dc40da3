//! Data inside a command → rows of its table: CSV by the order of columns, JSON by their names.
//!
//! In: text and the table's columns. Out: batches, all of the text or nothing. A value that its column cannot hold is null, as in Kusto.

use arrow::record_batch::RecordBatch;
use semantics::Column as Named;
use serde_json::{Map, Value};

use super::account::Account;
use super::batches::Batches;
use super::cell::Cell;
use super::{csv, json};
use crate::open::RECORD_BYTES_MAX;

/// How the data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Inline {
    pub(crate) format: Format,
    /// Is the first record a header?
    pub(crate) ignores_first: bool,
}

/// A form of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Cells between such characters.
    Separated(char),
    /// Objects, one after another or in a list.
    Json,
}

impl Default for Format {
    fn default() -> Self {
        Self::Separated(',')
    }
}

/// Why data are not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There are none.
    Empty,
    /// A record has another number of fields.
    FieldCount(String),
    /// A record cannot be read.
    Broken(String),
}

impl Inline {
    /// The format that Kusto calls so.
    pub(crate) fn format_of(name: &str) -> Option<Format> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Format::Separated(','),
            "tsv" | "tsve" => Format::Separated('\t'),
            "psv" => Format::Separated('|'),
            "scsv" => Format::Separated(';'),
            "sohsv" => Format::Separated('\u{1}'),
            "json" | "multijson" | "singlejson" => Format::Json,
            _ => return None,
        })
    }
}

/// Reads data as rows of these columns.
pub(crate) fn read_inline(data: &str, inline: &Inline, columns: &[Named]) -> Result<Vec<RecordBatch>, Refused> {
    // Blanks belong to the data, the end of the command's line does not.
    let line_end = data
        .find(|letter: char| !matches!(letter, ' ' | '\t' | '\r'))
        .filter(|at| data.get(*at..).is_some_and(|rest| rest.starts_with('\n')));
    let data = line_end.map_or_else(|| data.trim_start_matches(' '), |at| data.get(at + 1..).unwrap_or_default());
    let mut batches = Batches::new(columns);
    let mut count = 0_usize;
    let mut refused = None;
    let mut account = Account::default();
    let read = match inline.format {
        Format::Separated(separator) => {
            let mut width = None;
            csv::each_row(&mut data.as_bytes(), separator, &mut account, RECORD_BYTES_MAX, &mut |row, _| {
                let cells = row.cells;
                if *width.get_or_insert(cells.len()) != cells.len() || cells.len() > columns.len() {
                    let expected = width.filter(|width| *width <= columns.len()).unwrap_or(columns.len());
                    refused.get_or_insert(Refused::FieldCount(format!(
                        "a record has {} fields, expected {expected}: `{}`",
                        cells.len(),
                        row.text
                    )));
                } else if !(inline.ignores_first && count == 0) {
                    push(&mut batches, cells.iter().enumerate().map(|(at, cell)| (at, Cell::Text(cell))));
                }
                count += 1;
                Ok(())
            })
        }
        Format::Json => json::each_object(
            &mut data.trim().as_bytes(),
            data.trim(),
            &mut account,
            RECORD_BYTES_MAX,
            &mut |object: &Map<String, Value>, _, _: &mut Account| {
                let cells = object.iter().filter_map(|(key, value)| {
                    Some((columns.iter().position(|column| column.name == *key)?, Cell::of(value)))
                });
                push(&mut batches, cells);
                count += 1;
                Ok(())
            },
        ),
    };
    if let Err(error) = read {
        return Err(Refused::Broken(error.to_string()));
    }
    if let Some(refused) = refused {
        return Err(refused);
    }
    if let Some(bad) = account.finish().first_bad {
        return Err(Refused::Broken(format!("byte {} of the data: {}", bad.offset, bad.reason)));
    }
    match count {
        0 => Err(Refused::Empty),
        _ => Ok(batches.finish()),
    }
}

fn push<'c>(batches: &mut Batches<'_>, cells: impl Iterator<Item = (usize, Cell<'c>)>) {
    for (at, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        if let Some(column) = batches.unfilled(at) {
            // What does not fit is absent.
            column.push(cell);
        }
    }
    batches.row_ended();
}
