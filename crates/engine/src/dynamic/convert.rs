//! Reads a dynamic as a scalar, as KQL's `tostring`, `tolong` … do.
//!
//! In: canonical JSON text. Out: a value, or `None` for KQL's null. Arrays and bags are text only.
//! Source: recorded answers of Kusto for `toint`, `tolong`, `todouble`, `tobool`, `tostring` over dynamics of every kind.

use semantics::time::{parse_datetime, parse_timespan};
use semantics::{Decimal, Type};
use std::borrow::Cow;

use super::json::unquote;

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool,
    /// A number without fraction or exponent.
    Whole,
    /// Another number.
    Real,
    /// A string.
    String,
    /// An array.
    Array,
    /// A bag.
    Bag,
}

/// What this JSON value is.
pub(crate) fn kind(json: &str) -> Kind {
    match json.as_bytes().first() {
        None | Some(b'n') => Kind::Null,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'"') => Kind::String,
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Bag,
        Some(_) if json.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => Kind::Real,
        Some(_) => Kind::Whole,
    }
}

/// `tostring`: a string is its text, null is empty, everything else its JSON.
pub(crate) fn as_text(json: &str) -> Cow<'_, str> {
    match kind(json) {
        Kind::String => unquote(json).unwrap_or(Cow::Borrowed(json)),
        Kind::Null => Cow::Borrowed(""),
        _ => Cow::Borrowed(json),
    }
}

/// `tolong`: a real loses its fraction, a bool is 0 or 1, a string is read as a whole number.
pub(crate) fn as_long(json: &str) -> Option<i64> {
    match kind(json) {
        Kind::Bool => Some(i64::from(json == "true")),
        Kind::Whole => json.parse().ok(),
        Kind::Real => json.parse::<f64>().ok().map(|value| value as i64),
        Kind::String => parse_long(&unquote(json)?),
        Kind::Null | Kind::Array | Kind::Bag => None,
    }
}

/// `toint`: as `tolong`, but a number keeps its low 32 bits and a string must fit.
pub(crate) fn as_int(json: &str) -> Option<i32> {
    let value = as_long(json)?;
    if kind(json) == Kind::String { i32::try_from(value).ok() } else { Some(value as i32) }
}

/// `todouble`.
pub(crate) fn as_real(json: &str) -> Option<f64> {
    match kind(json) {
        Kind::Bool => Some(f64::from(json == "true")),
        Kind::Whole | Kind::Real => json.parse().ok(),
        Kind::String => parse_real(&unquote(json)?),
        Kind::Null | Kind::Array | Kind::Bag => None,
    }
}

/// `todecimal`.
pub(crate) fn as_decimal(json: &str) -> Option<Decimal> {
    match kind(json) {
        Kind::Bool => Some(Decimal::from(i64::from(json == "true"))),
        Kind::Whole | Kind::Real => Decimal::parse(json),
        Kind::String => Decimal::parse(unquote(json)?.trim()),
        Kind::Null | Kind::Array | Kind::Bag => None,
    }
}

/// `tobool`: a number is true unless zero; a string is `true`, `false` or a whole number.
pub(crate) fn as_bool(json: &str) -> Option<bool> {
    match kind(json) {
        Kind::Bool => Some(json == "true"),
        Kind::Whole | Kind::Real => Some(json.parse::<f64>().ok()? != 0.0),
        Kind::String => {
            let text = unquote(json)?;
            match text.trim() {
                word if word.eq_ignore_ascii_case("true") => Some(true),
                word if word.eq_ignore_ascii_case("false") => Some(false),
                number => parse_long(number).map(|value| value != 0),
            }
        }
        Kind::Null | Kind::Array | Kind::Bag => None,
    }
}

/// `todatetime` or `totimespan`, as the type says: ticks read from a string.
pub(crate) fn as_ticks(json: &str, ty: Type) -> Option<i64> {
    let text = unquote(json)?;
    if ty == Type::DateTime { parse_datetime(&text) } else { parse_timespan(&text) }
}

/// A whole number as `tolong` reads text: decimal, or hexadecimal after `0x`.
pub(crate) fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
        }
        Some(_) => None,
        None => text.parse().ok(),
    }
}

/// A number as `todouble` reads text: digits only, and the names of NaN and the infinities (recorded: `inf` and `Inf`, but not `INF`).
pub(crate) fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, name) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if name.eq_ignore_ascii_case("infinity") || name == "inf" || name == "Inf" {
        return Some(sign * f64::INFINITY);
    }
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Kusto: `toint(d)`, `tolong(d)`, `todouble(d)`, `tobool(d)` for a dynamic of each kind.
    #[test]
    fn scalars_are_read_as_kusto_reads_them() {
        let cases = [
            ("2147483648", Some(-2_147_483_648), Some(2_147_483_648), Some(2_147_483_648.0), Some(true)),
            ("1.9", Some(1), Some(1), Some(1.9), Some(true)),
            ("\"42\"", Some(42), Some(42), Some(42.0), Some(true)),
            ("\"3.25\"", None, None, Some(3.25), None),
            ("\"0x10\"", Some(16), Some(16), None, Some(true)),
            ("true", Some(1), Some(1), Some(1.0), Some(true)),
            ("[1]", None, None, None, None),
        ];
        for (json, int, long, real, bool) in cases {
            assert_eq!((as_int(json), as_long(json), as_real(json), as_bool(json)), (int, long, real, bool), "{json}");
        }
    }

    #[test]
    fn text_of_a_string_has_no_quotes() {
        assert_eq!(as_text(r#""x\"y""#), "x\"y");
        assert_eq!(as_text(r#"{"a":1}"#), r#"{"a":1}"#);
        assert_eq!(as_text("null"), "");
        assert_eq!(as_text("true"), "true");
    }

    #[test]
    fn ticks_come_from_strings() {
        assert_eq!(as_ticks("\"0001-01-01T00:00:01Z\"", Type::DateTime), Some(10_000_000));
        assert_eq!(as_ticks("\"00:00:01\"", Type::TimeSpan), Some(10_000_000));
        assert_eq!(as_ticks("1", Type::DateTime), None);
    }
}
