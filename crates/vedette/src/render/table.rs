//! Rows as an aligned table for reading.
//!
//! On a terminal: borders, and cells cut to fit its width; when there are too many columns for that, one block per row. In a file or a
//! pipe: no borders, and every cell whole, so that nothing is lost to whoever reads it. Cells are one line each, control characters
//! spelled out.

use std::io::Write;

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table};
use engine::Rows;
use semantics::Type;

use super::cell::cell_text;
use super::records;
use super::spell_controls;
use crate::failure::Failure;
use crate::output::Output;

/// Below this many characters a column says nothing.
const COLUMN_WIDTH_MIN: usize = 8;
/// A border and a space on both sides.
const COLUMN_FRAME: usize = 3;

/// Writes a header and the rows; `width` is that of the terminal, if there is one.
pub(crate) fn write(output: &mut Output, rows: &Rows, width: Option<u16>) -> Result<(), Failure> {
    match width {
        Some(width) if rows.columns.len() * (COLUMN_WIDTH_MIN + COLUMN_FRAME) > usize::from(width) => {
            Ok(records::write(output, rows, usize::from(width))?)
        }
        Some(width) => {
            let mut table = framed(rows);
            table
                .load_preset(UTF8_FULL_CONDENSED)
                .set_width(width)
                .set_content_arrangement(ContentArrangement::Dynamic);
            Ok(writeln!(output, "{table}")?)
        }
        None => {
            let mut table = framed(rows);
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

fn framed(rows: &Rows) -> Table {
    let mut table = Table::new();
    table.force_no_tty().set_truncation_indicator("…");
    let header =
        rows.columns.iter().map(|column| Cell::new(spell_controls(&column.name)).set_alignment(alignment(column.ty)));
    let mut header: Row = header.collect::<Vec<_>>().into();
    header.max_height(1);
    table.set_header(header);
    for row in rows.iter() {
        let cells = rows.columns.iter().zip(&row);
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
