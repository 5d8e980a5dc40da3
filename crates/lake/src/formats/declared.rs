//! A file whose columns the query declares (`externaldata`): cells by place, JSON by name, nothing inferred and no envelope opened.
//!
//! In: the bytes of one file, its format, the columns. Out: batches of just these columns. A cell that is missing or does not fit its
//! column is null, cells past the last column are dropped, both as Kusto takes files in; a record that cannot be read is counted.

use std::fs::File;
use std::io::{Read, Seek, Write};

use arrow::record_batch::RecordBatch;
use semantics::external::ExternalFormat;
use semantics::{Column as Named, Type, time};
use serde_json::{Map, Value};

use super::account::Account;
use super::batches::Batches;
use super::cell::{Cell, Column};
use super::split::{Lines, Piece, Records};
use super::{csv, decode, stored, with_text};
use crate::open::RECORD_BYTES_MAX;
use crate::open::budget::DiskFailure;
use crate::record::ReadError;

/// Reads a file of that format.
///
/// - Errors: the disk, or a file that is no Parquet or no JSON at all, in a sentence without the file's name.
pub(crate) fn read_declared(
    bytes: &[u8],
    format: ExternalFormat,
    skips_first: bool,
    columns: &[Named],
    account: &mut Account,
) -> Result<Vec<RecordBatch>, String> {
    if format == ExternalFormat::Parquet {
        return stored::read(spooled(bytes)?, columns);
    }
    let mut build = Build::new(columns, skips_first);
    let mut rest = bytes;
    let mut broken = None;
    let read = with_text(&mut rest, account, &mut |_, text, account| {
        match format {
            ExternalFormat::Quoted(separator) => {
                csv::each_row(text, separator, account, RECORD_BYTES_MAX, &mut |row, _| {
                    build.cells(row.cells.iter().map(String::as_str));
                    Ok(())
                })?;
            }
            ExternalFormat::Separated(separator) => {
                each_line(text, account, &mut |line| {
                    build.cells(line.split(separator));
                    true
                })?;
            }
            ExternalFormat::Lines => each_line(text, account, &mut |line| {
                build.cells(std::iter::once(line));
                true
            })?,
            ExternalFormat::JsonLines => each_line(text, account, &mut |line| match serde_json::from_str(line) {
                Ok(Value::Object(object)) => {
                    build.object(&object);
                    true
                }
                Ok(_) | Err(_) => false,
            })?,
            ExternalFormat::Whole => {
                let text = whole_text(text)?;
                if !text.is_empty() {
                    build.cells(std::iter::once(text.as_str()));
                }
            }
            ExternalFormat::MultiJson => broken = each_value(&whole_text(text)?, &mut build),
            ExternalFormat::Parquet => {}
        }
        Ok(())
    });
    read.map_err(|error| error.to_string())?;
    match broken {
        Some(sentence) => Err(sentence),
        None => Ok(build.batches.finish()),
    }
}

/// Gives every line that holds something; those that are not taken are counted as bad.
fn each_line(text: &mut dyn Read, account: &mut Account, take: &mut dyn FnMut(&str) -> bool) -> Result<(), ReadError> {
    let mut lines = Records::new(text, Lines, RECORD_BYTES_MAX);
    while let Some(piece) = lines.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
                let line = decode::without_mark(line.strip_suffix(b"\r").unwrap_or(line));
                if line.is_empty() {
                    continue;
                }
                let text = String::from_utf8_lossy(line);
                if matches!(text, std::borrow::Cow::Owned(_)) {
                    account.replaced();
                }
                if !take(&text) {
                    account.bad_record(offset, "a line that is no JSON object", line);
                }
            }
        }
    }
    if let Some((offset, reason)) = lines.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

fn whole_text(text: &mut dyn Read) -> Result<String, ReadError> {
    let mut bytes = vec![];
    if let Err(error) = text.read_to_end(&mut bytes) {
        DiskFailure::or_broken(error)?;
    }
    Ok(String::from_utf8_lossy(decode::without_mark(&bytes)).into_owned())
}

/// Gives the objects of a text: one after the other, or in arrays. A sentence when it is no such text.
fn each_value(text: &str, build: &mut Build<'_>) -> Option<String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    while let Some(value) = values.next() {
        let records = match value {
            Ok(Value::Array(items)) => items,
            Ok(value) => vec![value],
            Err(error) => return Some(format!("broken JSON: {error}")),
        };
        for record in records {
            match record {
                Value::Object(object) => build.object(&object),
                _ => return Some(format!("a JSON value that is no object before byte {}", values.byte_offset())),
            }
        }
    }
    None
}

/// The bytes as a file, which is what Parquet is read from.
fn spooled(bytes: &[u8]) -> Result<File, String> {
    let write = || -> std::io::Result<File> {
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        file.rewind()?;
        Ok(file)
    };
    write().map_err(|error| format!("cannot write a temporary file: {error}"))
}

/// The rows so far.
struct Build<'c> {
    batches: Batches<'c>,
    skips_next: bool,
}

impl<'c> Build<'c> {
    fn new(columns: &'c [Named], skips_first: bool) -> Self {
        Self { batches: Batches::new(columns), skips_next: skips_first }
    }

    /// A record of cells, by place.
    fn cells<'t>(&mut self, mut cells: impl Iterator<Item = &'t str>) {
        self.row(|_| cells.next().map(Cell::Text));
    }

    /// A record of properties, by name.
    fn object(&mut self, object: &Map<String, Value>) {
        self.row(|told| object.get(&told.name).map(Cell::of));
    }

    fn row<'t>(&mut self, mut cell_of: impl FnMut(&Named) -> Option<Cell<'t>>) {
        if std::mem::take(&mut self.skips_next) {
            return;
        }
        for (told, column) in self.batches.columns() {
            push(column, told.ty, cell_of(told));
        }
        self.batches.row_ended();
    }
}

fn push(column: &mut Column, ty: Type, cell: Option<Cell<'_>>) {
    let Some(cell) = cell.filter(|cell| !cell.is_empty()) else { return column.push_absent() };
    let ticks = match ty {
        Type::DateTime => cell.as_str().and_then(time::parse_datetime),
        Type::TimeSpan => cell.as_str().and_then(time::parse_timespan),
        _ => None,
    };
    // What does not fit is null, which is Kusto's rule and no defect of the file.
    match ticks {
        Some(ticks) => column.push_ticks(Some(ticks)),
        None => drop(column.push(cell)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    fn rows(bytes: &[u8], format: &str, skips_first: bool, columns: &[(&str, Type)]) -> Result<Vec<String>, String> {
        let columns: Vec<Named> = columns.iter().map(|(name, ty)| Named::new(*name, *ty)).collect();
        let format = ExternalFormat::from_name(format).expect("a format");
        let mut account = Account::new("test".to_owned());
        let batches = read_declared(bytes, format, skips_first, &columns, &mut account)?;
        let mut rows = vec![];
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let cells = batch.columns().iter().map(|array| match array.is_null(row) {
                    true => "null".to_owned(),
                    false => arrow::util::display::array_value_to_string(array, row).expect("a value"),
                });
                rows.push(cells.collect::<Vec<_>>().join("|"));
            }
        }
        Ok(rows)
    }

    const TEXTS: &[(&str, Type)] = &[("a", Type::String), ("b", Type::String)];
    const TYPED: &[(&str, Type)] = &[("n", Type::Long), ("r", Type::Real), ("b", Type::Bool), ("d", Type::Dynamic)];

    /// Kusto's ingestion rules: a record with fewer cells has nulls, further cells are dropped, empty records are none.
    #[test]
    fn cells_have_places() {
        let read = |text: &str, format| rows(text.as_bytes(), format, false, TEXTS);
        let ok = |rows: &[&str]| Ok(rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>());
        assert_eq!(read("x,y\n\nz\n1,2,3\n", "csv"), ok(&["x|y", "z|", "1|2"]));
        assert_eq!(read("\"x,\n1\",\"say \"\"y\"\"\"\r\n", "csv"), ok(&["x,\n1|say \"y\""]));
        assert_eq!(read("x\ty\n\"q\t\"\n", "tsv"), ok(&["x|y", "\"q|\""]));
        assert_eq!(read("x|y\n", "psv"), ok(&["x|y"]));
        assert_eq!(read("x;y\n", "scsv"), ok(&["x|y"]));
        assert_eq!(read("x\u{1}y\n", "sohsv"), ok(&["x|y"]));
        assert_eq!(read("x,y\r\n\r\n# z", "txt"), ok(&["x,y|", "# z|"]));
        assert_eq!(read("x,y\nz\n", "raw"), ok(&["x,y\nz\n|"]));
        assert_eq!(read("", "raw"), ok(&[]));
        assert_eq!(read("", "csv"), ok(&[]));
        assert_eq!(rows(b"a,b\nx,y\n", "csv", true, TEXTS), ok(&["x|y"]));
    }

    #[test]
    fn cells_take_their_columns_type_or_are_null() {
        let text = "1,2.5,true,\"{\"\"k\"\": [1]}\"\nx,y,z,w\n,,,\n9223372036854775808,1e2,0,7\n";
        let expect = ["1|2.5|true|{\"k\":[1]}", "null|null|null|\"w\"", "null|null|null|null", "null|100.0|false|7"];
        assert_eq!(rows(text.as_bytes(), "csv", false, TYPED), Ok(expect.map(str::to_owned).to_vec()));
    }

    /// A datetime is read as Kusto reads one: RFC 822 too. 2021-03-03 is 737851 days after 0001-01-01, of 864000000000 ticks each.
    #[test]
    fn times_are_read_as_kusto_reads_them() {
        let columns = &[("t", Type::DateTime), ("s", Type::TimeSpan)];
        let text = "2021-03-03,1.00:00:00\n\"Wed, 03 Mar 2021 00:00:00 GMT\",1d\n3/3/2021,24:00:00\nsoon,later\n";
        let row = "637503264000000000|864000000000".to_owned();
        let expect = vec![row.clone(), row, "637503264000000000|null".to_owned(), "null|null".to_owned()];
        assert_eq!(rows(text.as_bytes(), "csv", false, columns), Ok(expect));
    }

    #[test]
    fn json_has_names() {
        let columns = &[("name", Type::String), ("values", Type::Dynamic), ("n", Type::Long)];
        let read = |text: &str, format| rows(text.as_bytes(), format, false, columns);
        // An object with a list in it is one record: nobody opens envelopes that the query did not ask to open.
        let one = "{\"name\": \"x\",\n \"values\": [{\"n\": 1}], \"n\": 2, \"other\": 3}";
        assert_eq!(read(one, "multijson"), Ok(vec!["x|[{\"n\":1}]|2".to_owned()]));
        let two = vec!["x|null|1".to_owned(), "|null|2".to_owned()];
        assert_eq!(read("[{\"name\":\"x\",\"n\":1},{\"n\":2}]", "multijson"), Ok(two.clone()));
        assert_eq!(read("{\"name\":\"x\",\"n\":1} {\"n\":2}", "multijson"), Ok(two.clone()));
        assert_eq!(read("{\"name\":\"x\",\"n\":1}\n{broken\n[1]\n{\"n\":2}\n", "json"), Ok(two));
        assert!(read("{\"n\":1} {", "multijson").is_err_and(|error| error.starts_with("broken JSON")));
        assert!(read("7", "multijson").is_err());
    }

    /// The Unicode standard's marks: UTF-16 is read as what it is, and bytes that are nothing become U+FFFD.
    #[test]
    fn text_of_other_encodings() {
        let utf16: Vec<u8> = "\u{FEFF}é,y\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(rows(&utf16, "csv", false, TEXTS), Ok(vec!["é|y".to_owned()]));
        assert_eq!(rows(b"\xEF\xBB\xBFx,\xFF\n", "csv", false, TEXTS), Ok(vec!["x|\u{FFFD}".to_owned()]));
    }

    #[test]
    fn a_line_that_never_ends_is_skipped_and_counted() {
        let mut text = vec![b'x'; RECORD_BYTES_MAX + 300_000];
        text.extend_from_slice(b"\nlast\n");
        let mut account = Account::new("test".to_owned());
        let columns = [Named::new("a", Type::String)];
        let batches = read_declared(&text, ExternalFormat::Lines, false, &columns, &mut account).expect("it is read");
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
        assert_eq!(account.finish().bad, 1);
    }
}
