//! Rows as an aligned table for reading.
//!
//! On a terminal: borders, and cells cut to fit its width; when there are too many columns for that, one block per row. In a file or a
//! pipe: no borders, and every cell whole, so that nothing is lost to whoever reads it. Cells are one line each, control characters
//! spelled out.

use std::io::Write;

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table};
use semantics::{Column, Type, Value};

use super::cell::cell_text;
use super::records;
use super::spell_controls;
use crate::failure::Failure;

/// Below this many characters a column says nothing.
const COLUMN_WIDTH_MIN: usize = 8;
/// A border and a space on both sides.
const COLUMN_FRAME: usize = 3;

/// Writes a header and the rows; `width` is that of the terminal, if there is one.
pub(crate) fn write(
    output: &mut impl Write,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Value>>,
    width: Option<u16>,
) -> Result<(), Failure> {
    match width {
        Some(width) if columns.len() * (COLUMN_WIDTH_MIN + COLUMN_FRAME) > usize::from(width) => {
            Ok(records::write(output, columns, rows, usize::from(width))?)
        }
        Some(width) => {
            let mut table = framed(columns, rows);
            table
                .load_preset(UTF8_FULL_CONDENSED)
                .set_width(width)
                .set_content_arrangement(ContentArrangement::Dynamic);
            Ok(writeln!(output, "{table}")?)
        }
        None => {
            let mut table = framed(columns, rows);
            table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
            for column in table.column_iter_mut() {
                column.set_padding((0, 2));
            }
            for line in table.lines() {
                writeln!(output, "{}", line.trim_end())?;
            }
            Ok(())
        }
    }
}

fn framed(columns: &[Column], rows: impl Iterator<Item = Vec<Value>>) -> Table {
    let mut table = Table::new();
    table.force_no_tty().set_truncation_indicator("…");
    let header =
        columns.iter().map(|column| Cell::new(spell_controls(&column.name)).set_alignment(alignment(column.ty)));
    let mut header: Row = header.collect::<Vec<_>>().into();
    header.max_height(1);
    table.set_header(header);
    for row in rows {
        let cells = columns.iter().zip(&row);
        let cells = cells
            .map(|(column, value)| Cell::new(spell_controls(&cell_text(value))).set_alignment(alignment(column.ty)));
        let mut row: Row = cells.collect::<Vec<_>>().into();
        row.max_height(1);
        table.add_row(row);
    }
    table
}

/// Numbers are read from their last digit.
fn alignment(ty: Type) -> CellAlignment {
    if ty.is_number() { CellAlignment::Right } else { CellAlignment::Left }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(columns: &[(&str, Type)], rows: &[Vec<Value>], width: Option<u16>) -> String {
        let columns: Vec<Column> = columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
        let mut bytes = vec![];
        write(&mut bytes, &columns, rows.iter().cloned(), width).expect("memory takes everything");
        String::from_utf8(bytes).expect("text")
    }

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn a_pipe_gets_whole_cells_in_columns() {
        let rows = [vec![text("a"), Value::Long(5)], vec![text("bcd"), Value::Long(12345)]];
        let drawn = drawn(&[("name", Type::String), ("n", Type::Long)], &rows, None);
        assert_eq!(drawn, "name      n\na         5\nbcd   12345\n");
    }

    #[test]
    fn a_terminal_gets_lines_that_fit() {
        let rows = [vec![text(&"long words and more ".repeat(20)), Value::Long(5)]];
        let drawn = drawn(&[("name", Type::String), ("n", Type::Long)], &rows, Some(40));
        assert!(drawn.lines().all(|line| line.chars().count() <= 40), "{drawn}");
        assert!(drawn.contains('…') && drawn.contains('│') && drawn.contains(" 5 "), "{drawn}");
        assert_eq!(drawn.lines().count(), 5, "borders, header, line, row: {drawn}");
    }

    #[test]
    fn more_columns_than_fit_become_blocks() {
        let columns: Vec<(String, Type)> = (0..20).map(|at| (format!("c{at}"), Type::String)).collect();
        let columns: Vec<(&str, Type)> = columns.iter().map(|(name, ty)| (name.as_str(), *ty)).collect();
        let mut row = vec![text(""); 20];
        row[3] = text(&"x".repeat(100));
        let drawn = drawn(&columns, &[row], Some(30));
        assert!(drawn.starts_with("── row 1 ─"), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() <= 30), "{drawn}");
        assert_eq!(drawn.lines().count(), 2, "empty cells are left out: {drawn}");
    }
}
