//! Records that fit no known table → rows of a table of the user's own (`Name_CL`), whose columns follow from the records.
//!
//! In: cells under the names that a record gives them, and the columns that the table has. Out: the columns that it has then, and rows of them.
//! A file is gone through twice: [`Survey`] tells what columns it needs, [`CustomRows`] fills them. Which column takes a value
//! follows from the table and the file alone, so that an ingestion that is broken off goes on as it began.
//!
//! - A new column has the type of its values: long, real, bool, datetime (ISO 8601), string, and dynamic for objects and arrays. Whole and broken
//!   numbers are real, dates and other text are string. A CSV cell is text that may be a number, so all cells of the file decide.
//! - A column keeps its type. A value that it cannot hold goes to a column beside it, whose name ends as Log Analytics has it: `_s` (string), `_d`
//!   (real), `_b` (bool), `_t` (datetime). What can be read as the column's type without loss is no such value: `"42"` in a column of longs.
//!   Source: the types of properties in learn.microsoft.com/azure/azure-monitor/logs/data-collector-api.
//! - A name is letters, digits and `_`, as in Log Analytics; any other character becomes `_`.
//! - A record that would need more than [`COLUMNS_MAX`] columns is bad.

mod fit;
mod index;
mod parquet;
mod rows;
mod survey;

use std::borrow::Cow;

use semantics::{Column, Type};

pub(crate) use rows::CustomRows;
pub(crate) use survey::Survey;

use super::cell::Cell;

/// Columns of a table; a record that needs more is bad, since its keys are data that was used as names.
pub(crate) const COLUMNS_MAX: usize = super::as_is::COLUMNS_MAX;

/// Characters of a column's name. Log Analytics takes 45; Delta has no limit.
const NAME_CHARS_MAX: usize = 256;

/// The column that says when an event happened.
pub(crate) const TIME: &str = "TimeGenerated";

/// A table of the user's own, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomTable {
    /// The table.
    pub(crate) name: String,
    /// The key whose value is the event's time.
    pub(crate) time_column: Option<String>,
    /// Its columns; [`TIME`] is one of them.
    pub(crate) columns: Vec<Column>,
}

impl CustomTable {
    /// A table with these columns, and a time.
    pub(crate) fn new(name: &str, time_column: Option<String>, mut columns: Vec<Column>) -> Self {
        if !columns.iter().any(|column| column.name == TIME) {
            columns.insert(0, Column::new(TIME, Type::DateTime));
        }
        Self { name: name.to_owned(), time_column, columns }
    }
}

/// What is done with records of the user's own table.
pub(crate) enum Custom<'c> {
    /// Their columns are gathered.
    Survey(&'c mut Survey),
    /// They become rows.
    Fill(Box<CustomRows>),
}

/// Names and cells of one record.
pub(super) type Record<'r> = [(&'r str, Cell<'r>)];

/// The column's name that a key stands for.
///
/// - Errors: a key that is too long, or of nothing that a name may have.
fn column_name(key: &str) -> Result<Cow<'_, str>, String> {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '_';
    if key.chars().count() > NAME_CHARS_MAX {
        let start: String = key.chars().take(24).collect();
        return Err(format!("a key of more than {NAME_CHARS_MAX} characters: `{start}…`"));
    }
    if !key.chars().any(char::is_alphanumeric) {
        return Err(format!("the key `{key}`, which names no column"));
    }
    Ok(match key {
        // What the lake keeps for itself.
        "_date" => Cow::Borrowed("date_"),
        "_ingest" => Cow::Borrowed("ingest_"),
        _ if key.starts_with(|first: char| first.is_numeric()) => {
            Cow::Owned(format!("_{}", key.replace(|l| !is_plain(l), "_")))
        }
        _ if key.chars().all(is_plain) => Cow::Borrowed(key),
        _ => Cow::Owned(key.replace(|letter| !is_plain(letter), "_")),
    })
}

/// What is wrong with a record that needs too many columns.
fn too_many(table: &str, unknown: usize) -> String {
    format!("needs {unknown} more columns in {table}, which may have {COLUMNS_MAX}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters, digits and `_` are what learn.microsoft.com/azure/azure-monitor/logs/create-custom-table lets a column's name have.
    #[test]
    fn names_are_letters_digits_and_underscores() {
        for (key, name) in [
            ("user.name", "user_name"),
            ("größe", "größe"),
            ("a b-c", "a_b_c"),
            ("@timestamp", "_timestamp"),
            ("3com", "_3com"),
            ("_date", "date_"),
        ] {
            assert_eq!(column_name(key).as_deref(), Ok(name));
        }
        assert!(column_name("").is_err() && column_name("--").is_err());
        assert!(
            column_name(&"x".repeat(NAME_CHARS_MAX)).is_ok() && column_name(&"x".repeat(NAME_CHARS_MAX + 1)).is_err()
        );
    }
}
