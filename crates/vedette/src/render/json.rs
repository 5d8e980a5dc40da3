//! Values as JSON: one object with all tables, or one object per row.
//!
//! Values are those of a Kusto v2 response: numbers as numbers, `NaN`, `Infinity` and `-Infinity` as strings (JSON has no number for
//! them), decimal and guid as strings, dynamic as the JSON that it is. Written directly, so that a dynamic value keeps its digits.

use std::io::{Result, Write};

use engine::Rows;
use semantics::{Column, Schema, Value};
use serde::de::IgnoredAny;

use super::Table;
use super::cell::{cell_text, datetime_text};

/// `{"tables":[…]}` and a line end.
pub(crate) fn write_tables(output: &mut impl Write, tables: &[Table]) -> Result<()> {
    output.write_all(b"{\"tables\":[")?;
    for (index, table) in tables.iter().enumerate() {
        output.write_all(if index == 0 { b"{\"name\":" } else { b",\n{\"name\":" })?;
        write_text(output, &table.name)?;
        output.write_all(b",\"columns\":")?;
        write_columns(output, &table.rows.columns)?;
        output.write_all(b",\"rows\":")?;
        write_rows(output, &table.rows, b"\n")?;
        output.write_all(b"}")?;
    }
    output.write_all(b"]}\n")
}

/// `[{"name":…,"type":…},…]`.
pub(crate) fn write_columns(output: &mut impl Write, columns: &Schema) -> Result<()> {
    output.write_all(b"[")?;
    for (index, column) in columns.iter().enumerate() {
        output.write_all(if index == 0 { b"{\"name\":" } else { b",{\"name\":" })?;
        write_text(output, &column.name)?;
        write!(output, ",\"type\":\"{}\"}}", column.ty)?;
    }
    output.write_all(b"]")
}

/// `[[…],…]`, `gap` between the rows.
pub(crate) fn write_rows(output: &mut impl Write, rows: &Rows, gap: &[u8]) -> Result<()> {
    output.write_all(b"[")?;
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            output.write_all(b",")?;
            output.write_all(gap)?;
        }
        for (column, value) in row.iter().enumerate() {
            output.write_all(if column == 0 { b"[" } else { b"," })?;
            write_value(output, value)?;
        }
        output.write_all(if row.is_empty() { b"[]" } else { b"]" })?;
    }
    output.write_all(b"]")
}

/// One object per row, one row per line.
pub(crate) fn write_objects(output: &mut impl Write, rows: &Rows) -> Result<()> {
    for row in rows.iter() {
        write_object(output, &rows.columns, &row)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// A row as an object keyed by column.
pub(crate) fn write_object(output: &mut impl Write, columns: &[Column], row: &[Value]) -> Result<()> {
    output.write_all(b"{")?;
    for (index, (column, value)) in columns.iter().zip(row).enumerate() {
        if index > 0 {
            output.write_all(b",")?;
        }
        write_text(output, &column.name)?;
        output.write_all(b":")?;
        write_value(output, value)?;
    }
    output.write_all(b"}")
}

/// One value.
fn write_value(output: &mut impl Write, value: &Value) -> Result<()> {
    match value {
        Value::Null(_) => output.write_all(b"null"),
        Value::Bool(_) | Value::Int(_) | Value::Long(_) => output.write_all(cell_text(value).as_bytes()),
        Value::Real(number) if number.is_finite() => Ok(serde_json::to_writer(output, number)?),
        Value::DateTime(ticks) => write_text(output, &datetime_text(*ticks)),
        Value::Dynamic(text) if is_json(text) => output.write_all(text.as_bytes()),
        Value::Real(_)
        | Value::TimeSpan(_)
        | Value::Decimal(_)
        | Value::String(_)
        | Value::Guid(_)
        | Value::Dynamic(_) => write_text(output, &cell_text(value)),
    }
}

/// A JSON string.
fn write_text(output: &mut impl Write, text: &str) -> Result<()> {
    Ok(serde_json::to_writer(output, text)?)
}

/// The engine keeps dynamic values as JSON; a stray one would make the whole document unreadable, so it becomes a string.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok() && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use semantics::{Decimal, Type};

    /// Source: the v2 response of the query API; RFC 8259 for what a number may look like.
    #[test]
    fn values_are_those_of_a_kusto_response() {
        let cases = [
            (Value::Null(Type::Dynamic), "null"),
            (Value::Long(i64::MIN), "-9223372036854775808"),
            (Value::Real(1.0), "1.0"),
            (Value::Real(f64::NAN), "\"NaN\""),
            (Value::Real(f64::NEG_INFINITY), "\"-Infinity\""),
            (Value::Decimal(Decimal::from(-7)), "\"-7\""),
            (Value::Bool(false), "false"),
            (Value::String("a\"\n".to_owned()), "\"a\\\"\\n\""),
            (Value::TimeSpan(-18_000_000_000), "\"-00:30:00\""),
            (Value::Dynamic("{\"big\":12345678901234567890.5}".to_owned()), "{\"big\":12345678901234567890.5}"),
            (Value::Dynamic("not json".to_owned()), "\"not json\""),
        ];
        for (value, expect) in cases {
            let mut bytes = vec![];
            write_value(&mut bytes, &value).expect("memory takes everything");
            assert_eq!(String::from_utf8_lossy(&bytes), expect);
        }
    }
}
