//! Rows as CSV (RFC 4180): a header, a comma, a line end of CR LF, quotes where they are needed; null is nothing.

use engine::Rows;

use super::cell::cell_text;
use crate::failure::Failure;
use crate::output::Output;

/// Writes the header and every row.
pub(crate) fn write(output: &mut Output, rows: &Rows) -> Result<(), Failure> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output);
    if rows.columns.is_empty() {
        return Ok(());
    }
    let named = writer.write_record(rows.columns.iter().map(|column| column.name.as_str()));
    named.map_err(failure)?;
    for row in rows.iter() {
        writer.write_record(row.iter().map(|value| cell_text(value).into_owned())).map_err(failure)?;
    }
    Ok(writer.flush()?)
}

fn failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Bug(format!("a row that is no CSV record: {other:?}")),
    }
}
