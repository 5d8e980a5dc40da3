//! Rows → bytes in the format asked for.
//!
//! In: tables of typed values. Out: text or Parquet, the same values in each, as Kusto spells them. Knows nothing of queries.

mod cell;
mod columnar;
mod delimited;
mod json;
mod records;
mod table;

use std::borrow::Cow;
use std::fmt::Write as _;

use arrow::array::{ArrayRef, RecordBatch};
use engine::Rows;
use engine::types::arrow_type;
use semantics::{Column, Schema, Type, Value};

use crate::arguments::Format;
use crate::console;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) use cell::{cell_text, datetime_text};
pub(crate) use json::{write_columns, write_object, write_rows};

/// Rows with the name that the output gives them.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// `PrimaryResult`, `PrimaryResult_2` … for what a query gives.
    pub(crate) name: String,
    /// Columns and rows.
    pub(crate) rows: Rows,
}

/// Names the results of a query; Kusto calls every one of them a primary result.
pub(crate) fn result_tables(results: Vec<Rows>) -> Vec<Table> {
    let name =
        |index: usize| if index == 0 { "PrimaryResult".to_owned() } else { format!("PrimaryResult_{}", index + 1) };
    results.into_iter().enumerate().map(|(index, rows)| Table { name: name(index), rows }).collect()
}

/// Writes all tables.
///
/// # Errors
/// [`Failure::Usage`] for several tables in a format that holds one.
pub(crate) fn write(output: &mut Output, format: Format, tables: &[Table]) -> Result<(), Failure> {
    match format {
        Format::Table => {
            let width = width(output);
            for (index, table) in tables.iter().enumerate() {
                if index > 0 {
                    std::io::Write::write_all(output, b"\n")?;
                }
                table::write(output, &table.rows.columns, table.rows.iter(), width)?;
            }
            Ok(())
        }
        Format::Json => Ok(json::write_tables(output, tables)?),
        Format::Ndjson => tables.iter().try_for_each(|table| Ok(json::write_objects(output, &table.rows)?)),
        Format::Csv => only(tables, "csv")?.map_or(Ok(()), |table| delimited::write(output, &table.rows)),
        Format::Parquet if matches!(output, Output::Stdout(_)) && console::stdout_width().is_some() => {
            Err(Failure::Usage("a terminal cannot show Parquet; name a file with -o FILE".to_owned()))
        }
        Format::Parquet => only(tables, "parquet")?.map_or(Ok(()), |table| columnar::write(output, &table.rows)),
    }
}

/// Writes columns and rows as an aligned table, whatever they come from.
pub(crate) fn write_aligned(output: &mut Output, columns: &Schema, rows: &[Vec<Value>]) -> Result<(), Failure> {
    let width = width(output);
    table::write(output, columns, rows.iter().cloned(), width)
}

/// The width to fit: that of the terminal that reads the output; a file or a pipe has none.
fn width(output: &Output) -> Option<u16> {
    if matches!(output, Output::Stdout(_)) { console::stdout_width() } else { None }
}

fn only<'a>(tables: &'a [Table], format: &str) -> Result<Option<&'a Table>, Failure> {
    match tables {
        [] => Ok(None),
        [table] => Ok(Some(table)),
        several => {
            let count = several.len();
            Err(Failure::Usage(format!(
                "{format} holds one table and the query gives {count}; --format json holds them all"
            )))
        }
    }
}

/// Rows that are made here, not by a query: columns in the Arrow types that the engine has for their KQL types.
pub(crate) fn listing<const N: usize>(columns: [(&str, Type, ArrayRef); N]) -> Result<Rows, Failure> {
    let schema = columns.iter().map(|(name, ty, _)| Column::new(*name, *ty)).collect();
    debug_assert!(
        columns.iter().all(|(_, ty, array)| *array.data_type() == arrow_type(*ty)),
        "listings have the engine's types"
    );
    let batch = RecordBatch::try_from_iter(columns.map(|(name, _, array)| (name, array)));
    let batch = batch.map_err(|error| Failure::Bug(error.to_string()))?;
    Ok(Rows { columns: schema, batches: vec![batch] })
}

/// `3 rows`, or `3 rows, 1 row` for two tables.
pub(crate) fn row_counts(tables: &[Table]) -> String {
    let counts: Vec<String> = tables.iter().map(|table| counted(table.rows.len(), "row")).collect();
    if counts.is_empty() { "no results".to_owned() } else { counts.join(", ") }
}

/// `1 row`, `2 rows`, `12,345 rows`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

/// Text with its control characters spelled out (`\n`, `\t`, `\u{1b}`): one line, and nothing that a terminal would obey.
pub(crate) fn spell_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 8);
    for found in text.chars() {
        match found {
            '\n' => spelled.push_str("\\n"),
            '\r' => spelled.push_str("\\r"),
            '\t' => spelled.push_str("\\t"),
            odd if is_unprintable(odd) => {
                // Writing to a String does not fail.
                let _ = write!(spelled, "\\u{{{:x}}}", u32::from(odd));
            }
            plain => spelled.push(plain),
        }
    }
    Cow::Owned(spelled)
}

/// Control characters, and the marks that reorder text on screen (UTR 36: they make one name look like another).
pub(crate) fn is_unprintable(found: char) -> bool {
    found.is_control() || matches!(found, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_well() {
        assert_eq!(counted(0, "row"), "0 rows");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(1_234_567, "row"), "1,234,567 rows");
        assert_eq!(counted(999, "row"), "999 rows");
    }

    #[test]
    fn controls_are_spelled() {
        assert_eq!(spell_controls("a\nb\t\u{1b}[2J\u{202e}"), "a\\nb\\t\\u{1b}[2J\\u{202e}");
        assert!(matches!(spell_controls("naïve"), Cow::Borrowed(_)));
    }
}
