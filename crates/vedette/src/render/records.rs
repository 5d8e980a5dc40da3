//! Rows as blocks of `column  value` lines, for tables wider than the terminal.

use std::io::{Result, Write};

use semantics::{Column, Value};

use super::cell::cell_text;
use super::spell_controls;

/// Writes one block per row; values longer than the rest of the line are cut. Columns without a value are left out of the block.
pub(crate) fn write(
    output: &mut impl Write,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Value>>,
    width: usize,
) -> Result<()> {
    let names: Vec<_> = columns.iter().map(|column| spell_controls(&column.name)).collect();
    let name_width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let value_width = width.saturating_sub(name_width + 2).max(1);
    let mut is_empty = true;
    for (index, row) in rows.enumerate() {
        is_empty = false;
        let title = format!("── row {} ", index + 1);
        writeln!(output, "{title}{}", "─".repeat(width.saturating_sub(title.chars().count())))?;
        for (name, value) in names.iter().zip(&row) {
            let text = cell_text(value);
            if !text.is_empty() {
                writeln!(output, "{name:<name_width$}  {}", cut(&spell_controls(&text), value_width))?;
            }
        }
    }
    if is_empty { writeln!(output, "{}", names.join("  ")) } else { Ok(()) }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
