//! One value of a row → its column's type.
//!
//! In: a JSON value or the text of a CSV cell, and the column's type. Out: a value of that type, or the fact that it does not fit. Nothing is
//! rounded and nothing guessed: what does not fit is null, and counted by the caller.

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder,
};
use engine::types::DECIMAL;
use semantics::{Decimal, Type};
use serde_json::Value;
use std::sync::Arc;

use super::bag::write_string;
use super::ticks;

/// A value as its format holds it.
#[derive(Clone, Copy)]
pub(super) enum Cell<'c> {
    /// A JSON object or array.
    Tree(&'c Value),
    /// JSON's null.
    Null,
    /// A JSON boolean.
    Bool(bool),
    /// A JSON number, as it is written.
    Number(&'c str),
    /// A JSON string.
    String(&'c str),
    /// A CSV cell.
    Text(&'c str),
}

impl<'c> Cell<'c> {
    /// A JSON value.
    pub(super) fn of(value: &'c Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.as_str()),
            Value::String(text) => Self::String(text),
            Value::Array(_) | Value::Object(_) => Self::Tree(value),
        }
    }

    /// Null, or a string of nothing: it leaves its column as if it were not there.
    pub(super) fn is_empty(self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) | Self::Tree(_) => false,
            Self::String(text) | Self::Text(text) => text.is_empty(),
        }
    }

    /// Its text, when it is text.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Tree(_) => None,
            Self::String(text) | Self::Text(text) => Some(text),
        }
    }
}

/// A column of a raw batch under construction.
pub(super) struct Column {
    ty: Type,
    values: Values,
    row_count: usize,
}

enum Values {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal128Builder),
    /// Strings, and what is held as text: guid, dynamic.
    Text(StringViewBuilder),
}

impl Column {
    /// A column of that type that has been absent for so many rows.
    pub(super) fn new(ty: Type, row_count: usize) -> Self {
        let values = match ty {
            Type::Bool => Values::Bool(BooleanBuilder::new()),
            Type::Int => Values::Int(Int32Builder::new()),
            Type::Long | Type::DateTime | Type::TimeSpan => Values::Long(Int64Builder::new()),
            Type::Real => Values::Real(Float64Builder::new()),
            Type::Decimal => Values::Decimal(Decimal128Builder::new().with_data_type(DECIMAL)),
            Type::String | Type::Guid | Type::Dynamic => Values::Text(StringViewBuilder::new()),
        };
        let mut column = Self { ty, values, row_count: 0 };
        while column.row_count < row_count {
            column.push_absent();
        }
        column
    }

    /// Rows so far.
    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    /// Adds what a missing value is: an empty string, null of any other type.
    pub(super) fn push_absent(&mut self) {
        self.row_count += 1;
        match &mut self.values {
            Values::Bool(values) => values.append_null(),
            Values::Int(values) => values.append_null(),
            Values::Long(values) => values.append_null(),
            Values::Real(values) => values.append_null(),
            Values::Decimal(values) => values.append_null(),
            Values::Text(values) if self.ty == Type::String => values.append_value(""),
            Values::Text(values) => values.append_null(),
        }
    }

    /// Adds a value. False: it does not fit, and is absent.
    pub(super) fn push(&mut self, cell: Cell<'_>) -> bool {
        let is_fit = match &mut self.values {
            Values::Bool(values) => boolean(cell).map(|value| values.append_value(value)).is_some(),
            Values::Int(values) => {
                let value = long(cell).and_then(|value| i32::try_from(value).ok());
                value.map(|value| values.append_value(value)).is_some()
            }
            Values::Long(values) => {
                let value = match self.ty {
                    Type::DateTime => cell.as_str().and_then(ticks::datetime),
                    Type::TimeSpan => cell.as_str().and_then(ticks::timespan),
                    _ => long(cell),
                };
                value.map(|value| values.append_value(value)).is_some()
            }
            Values::Real(values) => real(cell).map(|value| values.append_value(value)).is_some(),
            Values::Decimal(values) => decimal(cell).map(|value| values.append_value(value.code())).is_some(),
            Values::Text(values) => push_text(values, self.ty, cell),
        };
        if is_fit {
            self.row_count += 1;
        } else {
            self.push_absent();
        }
        is_fit
    }

    /// Adds ticks of a datetime or timespan column that were read already.
    pub(super) fn push_ticks(&mut self, ticks: Option<i64>) {
        match &mut self.values {
            Values::Long(values) => {
                values.append_option(ticks);
                self.row_count += 1;
            }
            _ => self.push_absent(),
        }
    }

    /// Adds JSON text to a dynamic column, minified as it is.
    pub(super) fn push_json(&mut self, json: &str) {
        match &mut self.values {
            Values::Text(values) => {
                values.append_value(json);
                self.row_count += 1;
            }
            _ => self.push_absent(),
        }
    }

    /// The column.
    pub(super) fn finish(mut self) -> ArrayRef {
        match &mut self.values {
            Values::Bool(values) => Arc::new(values.finish()),
            Values::Int(values) => Arc::new(values.finish()),
            Values::Long(values) => Arc::new(values.finish()),
            Values::Real(values) => Arc::new(values.finish()),
            Values::Decimal(values) => Arc::new(values.finish()),
            Values::Text(values) => Arc::new(values.finish()),
        }
    }
}

fn push_text(values: &mut StringViewBuilder, ty: Type, cell: Cell<'_>) -> bool {
    let text = match ty {
        Type::Guid => cell.as_str().and_then(guid),
        // JSON's null is the null of dynamic, and fits.
        Type::Dynamic => {
            values.append_option(dynamic(cell));
            return true;
        }
        _ => match cell.as_str() {
            Some(text) => {
                values.append_value(text);
                return true;
            }
            None => string(cell),
        },
    };
    text.map(|text| values.append_value(text)).is_some()
}

fn boolean(cell: Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Bool(value) => Some(value),
        _ => match scalar_text(cell)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
    }
}

/// A whole number; a real only when it is whole and small enough for a double to be exact.
pub(super) fn long(cell: Cell<'_>) -> Option<i64> {
    if let Cell::Bool(value) = cell {
        return Some(i64::from(value));
    }
    let text = scalar_text(cell)?;
    let text = text.trim();
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let value = text.parse::<f64>().ok()?;
    let is_exact = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
    // The cast is exact: the value is whole and within 2^53.
    is_exact.then_some(value as i64)
}

fn real(cell: Cell<'_>) -> Option<f64> {
    scalar_text(cell)?.trim().parse().ok()
}

/// The text of a string or a number.
fn scalar_text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(text) | Cell::String(text) | Cell::Number(text) => Some(text),
        Cell::Tree(_) | Cell::Null | Cell::Bool(_) => None,
    }
}

fn string(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) | Cell::String(text) | Cell::Number(text) => Some(text.to_owned()),
        Cell::Tree(value) => Some(value.to_string()),
        Cell::Bool(value) => Some(value.to_string()),
        Cell::Null => Some("null".to_owned()),
    }
}

fn decimal(cell: Cell<'_>) -> Option<Decimal> {
    Decimal::parse(scalar_text(cell)?.trim())
}

/// Lower case, with hyphens, without braces.
pub(super) fn guid(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('{').trim_end_matches('}');
    let groups: Vec<&str> = text.split('-').collect();
    let is_guid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_guid.then(|| text.to_ascii_lowercase())
}

/// Minified JSON text: a JSON value as it is, a string that holds an object or an array as that, other text as a JSON string.
///
/// A CSV cell holds any JSON, since CSV has no other way to write a number in a dynamic column.
fn dynamic(cell: Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Tree(value) => return Some(value.to_string()),
        Cell::Null => return None,
        Cell::Bool(value) => return Some(value.to_string()),
        Cell::Number(text) => return Some(text.to_owned()),
        Cell::String(text) if !text.trim_start().starts_with(['{', '[']) => return Some(quoted(text)),
        Cell::String(text) | Cell::Text(text) => text,
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Null) => None,
        Ok(value) => Some(value.to_string()),
        Err(_) => Some(quoted(text)),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    write_string(&mut quoted, text);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4122 writes a guid as 8-4-4-4-12 hexadecimal digits; Windows puts braces around it. Lower case is the contract of `record.rs`.
    #[test]
    fn guids() {
        assert_eq!(
            guid("{5770385F-C22A-43E0-BF4C-06F5698FFBD9}").as_deref(),
            Some("5770385f-c22a-43e0-bf4c-06f5698ffbd9")
        );
        assert_eq!(guid("5770385F"), None);
    }

    #[test]
    fn a_long_is_never_rounded() {
        assert_eq!(long(Cell::Text("9223372036854775807")), Some(i64::MAX));
        assert_eq!(long(Cell::Text("9223372036854775808")), None);
        assert_eq!(long(Cell::Text("12.0")), Some(12));
        assert_eq!(long(Cell::Text("12.5")), None);
        assert_eq!(long(Cell::Text("x")), None);
    }

    #[test]
    fn text_in_a_dynamic_column_is_json_when_it_can_be() {
        let text = |text: &str| dynamic(Cell::Text(text));
        assert_eq!(text("{ \"a\" : [1, 2] }").as_deref(), Some(r#"{"a":[1,2]}"#));
        assert_eq!(text("7").as_deref(), Some("7"));
        assert_eq!(text("{broken").as_deref(), Some(r#""{broken""#));
        assert_eq!(text("null"), None);
        assert_eq!(dynamic(Cell::String("7")).as_deref(), Some(r#""7""#));
    }
}
