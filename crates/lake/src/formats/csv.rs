//! CSV exports of a table → rows of that table; Purview's export of the audit log → the records in it.
//!
//! In: a stream of text whose first line names columns. Out: rows. The separator is a comma, a semicolon or a tab, told from the header. Quotes
//! are RFC 4180's: a quoted cell may hold separators and line breaks, and a doubled quote is one quote.

use std::io::Read;

use super::account::Account;
use super::as_is::unique_names;
use super::cell::Cell;
use super::guess::Guess;
use super::json::{self, AUDIT_DATA, ITS_OWN};
use super::rows::Rows;
use super::split::{CsvRows, Piece, Records};
use crate::record::ReadError;

/// Separators, in the order in which they are tried.
const SEPARATORS: [char; 3] = [',', '\t', ';'];

/// The separator of a header: the one that cuts it into most cells, none when it has but one.
pub(super) fn separator_of(header: &str) -> Option<char> {
    let count = |separator: char| cells(header, separator).len();
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator))?;
    (count(best) > 1).then_some(best)
}

/// The separator, if the first line of the text names the columns of a known table.
pub(super) fn table_separator(head: &str, guess: &Guess<'_>) -> Option<char> {
    let header = head.lines().next()?;
    let separator = separator_of(header)?;
    let names = column_names(header, separator);
    let keys: Vec<&str> = names.iter().map(String::as_str).collect();
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    let says_itself = has(&super::guess::ROUTING_KEYS) && has(&["Timestamp", "TimeGenerated"]);
    let is_audit_log = has(&[AUDIT_DATA]) && has(&["Operation", "Operations"]);
    (says_itself || is_audit_log || guess.table_with(&keys).is_some()).then_some(separator)
}

/// The separator, if the text is a table of any columns: its first line names them, and the second has as many cells. `is_wanted`: such
/// tables are asked for, so that one column is enough.
pub(super) fn separator_of_any(head: &str, is_wanted: bool) -> Option<char> {
    let mut lines = head.lines();
    let header = lines.next()?;
    let separator = match separator_of(header) {
        Some(separator) => separator,
        None if is_wanted && !header.contains(' ') => ',',
        None => return None,
    };
    let names = cells(header, separator);
    let is_alike = lines.next().is_some_and(|line| cells(line, separator).len() == names.len());
    let is_table = if is_wanted { true } else { is_alike && names.len() >= COLUMNS_MIN };
    (is_table && names.iter().all(|name| is_name(name))).then_some(separator)
}

/// Columns by which a table is told when none is asked for: commas stand in prose, too.
const COLUMNS_MIN: usize = 3;

/// May a column be called so? Sentences and values may not.
fn is_name(cell: &str) -> bool {
    let name = column_name(cell);
    let is_letter = |letter: char| letter.is_alphanumeric() || " _-.@/()[]#:%$".contains(letter);
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_alphabetic() || "_@#$".contains(first))
        && name.ends_with(|last: char| last.is_alphanumeric() || "_)]#%$".contains(last))
        && name.chars().all(is_letter)
}

/// A longer name is prose.
const NAME_BYTES_MAX: usize = 128;

/// Reads a file that [`table_separator`] or [`separator_of_any`] recognized.
pub(super) fn read(
    reader: &mut dyn Read,
    separator: char,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    account.format("csv");
    let mut names: Option<Vec<String>> = None;
    let mut is_header_told = false;
    each_row(reader, separator, account, record_bytes_max, &mut |row, account| {
        let Row { offset, text, cells } = row;
        let Some(names) = &names else {
            names = Some(unique_names(&cells));
            return Ok(());
        };
        if cells.len() != names.len() {
            let reason = format!("{} cells where the header has {}", cells.len(), names.len());
            account.bad_record(offset, reason, text.as_bytes());
            return Ok(());
        }
        if let Some((_, record)) = names.iter().zip(&cells).find(|(name, _)| *name == AUDIT_DATA) {
            return json::read_audit_data(record, offset, account, rows);
        }
        let row = names.iter().zip(&cells).map(|(name, cell)| (name.as_str(), Cell::Text(cell)));
        let Some(table) = rows.guess.table_of(row.clone()).map(str::to_owned) else {
            if !std::mem::replace(&mut is_header_told, true) {
                rows.custom_header(names);
            }
            let cells: Vec<(&str, Cell<'_>)> = row.collect();
            let bad = |reason: String, account: &mut Account| account.bad_record(offset, reason, text.as_bytes());
            if !rows.custom(&cells, account, bad)? {
                let reason = format!("its columns are those of no known table ({ITS_OWN})");
                account.bad_record(offset, reason, text.as_bytes());
            }
            return Ok(());
        };
        if let Some(to) = rows.table(&table) {
            to.push(row, account);
            account.good(&table);
        }
        rows.table_grew(&table)
    })
}

/// A row: where it starts, all of it, and its cells.
pub(super) struct Row<'r> {
    pub(super) offset: u64,
    pub(super) text: &'r str,
    pub(super) cells: Vec<String>,
}

/// Takes a row.
type TakeRow<'t> = dyn FnMut(Row<'_>, &mut Account) -> Result<(), ReadError> + 't;

/// Gives every row, the header too, and accounts for those that cannot be read.
pub(super) fn each_row(
    reader: &mut dyn Read,
    separator: char,
    account: &mut Account,
    record_bytes_max: usize,
    take: &mut TakeRow<'_>,
) -> Result<(), ReadError> {
    let mut records = Records::new(reader, CsvRows::default(), record_bytes_max);
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
                let line = super::decode::without_mark(line.strip_suffix(b"\r").unwrap_or(line));
                if line.trim_ascii().is_empty() {
                    continue;
                }
                let text = String::from_utf8_lossy(line);
                if matches!(text, std::borrow::Cow::Owned(_)) {
                    account.replaced();
                }
                take(Row { offset, text: &text, cells: cells(&text, separator) }, account)?;
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

/// The names of a header's columns.
fn column_names(header: &str, separator: char) -> Vec<String> {
    cells(header, separator).iter().map(|name| column_name(name)).collect()
}

/// A column's name: Log Analytics writes `TimeGenerated [UTC]`.
pub(super) fn column_name(cell: &str) -> String {
    let name = cell.trim().trim_start_matches('\u{FEFF}');
    name.strip_suffix("[UTC]").unwrap_or(name).trim_end().to_owned()
}

/// The cells of a row.
fn cells(row: &str, separator: char) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = row;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, separator),
            None => match rest.split_once(separator) {
                Some((cell, after)) => (cell.to_owned(), Some(after)),
                None => (rest.to_owned(), None),
            },
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

/// A cell whose opening quote has been read, and what follows its separator.
fn quoted_cell(text: &str, separator: char) -> (String, Option<&str>) {
    let mut cell = String::new();
    let mut rest = text;
    while let Some((part, after)) = rest.split_once('"') {
        cell.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            // What stands between the closing quote and the separator belongs to the cell, as most readers have it.
            None => match after.split_once(separator) {
                Some((tail, next)) => {
                    cell.push_str(tail);
                    return (cell, Some(next));
                }
                None => {
                    cell.push_str(after);
                    return (cell, None);
                }
            },
        }
    }
    cell.push_str(rest);
    (cell, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4180, section 2, points 4 to 7.
    #[test]
    fn quotes() {
        assert_eq!(cells("a,b,c", ','), ["a", "b", "c"]);
        assert_eq!(cells("\"a,1\",\"say \"\"hi\"\"\",\"x\ny\"", ','), ["a,1", "say \"hi\"", "x\ny"]);
        assert_eq!(cells(",\"\",", ','), ["", "", ""]);
        assert_eq!(cells("\"open,1", ','), ["open,1"]);
        assert_eq!(cells("a\"b,c", ','), ["a\"b", "c"]);
    }

    #[test]
    fn the_separator_is_told_from_the_header() {
        assert_eq!(separator_of("Timestamp,DeviceName"), Some(','));
        assert_eq!(separator_of("Timestamp;DeviceName"), Some(';'));
        assert_eq!(separator_of("Timestamp\tDeviceName"), Some('\t'));
        assert_eq!(separator_of("a text without any"), None);
        assert_eq!(column_names("\"TimeGenerated [UTC]\",Computer", ','), ["TimeGenerated", "Computer"]);
    }
}
